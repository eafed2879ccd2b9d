/* Tables of the signal's way: windows, filters, banks. Each part of them in a file of its own. */
#ifndef NDM_FILTERS_H
#define NDM_FILTERS_H
#include "model.h"

#define PI 3.14159265358979323846

/* transforms.c */
void fill_fft(Fft *fft, Arena *arena, int64_t n, const int *radix, int passes);
void fill_real_fft(RealFft *fft, Arena *arena, int64_t n); /* n is a power of two */
void fill_wide_fft(WideFft *fft, Arena *arena, int64_t n); /* n is 48 times 48 or 96 */

/* mel_tables.c */
double mel_edge(const Spec *spec, int64_t i); /* Hz; band m reaches from edge m to edge m + 2 */
int64_t bands_below(const Spec *spec, double hz);
ndm_status fill_mel(ndm_model *model, Arena *arena, Fault *fault);

/* resampling_tables.c */
void fill_resampling(ndm_model *model, Arena *arena);

/* sound_tables.c */
void fill_attack(ndm_model *model, Arena *arena);
int64_t air_edge(int band); /* of 8 bands, the first bin of a transform of AIR_WINDOW samples */
void fill_air(ndm_model *model, Arena *arena);
void fill_body(ndm_model *model, Arena *arena);
void fill_detail(ndm_model *model, Arena *arena);
#endif
