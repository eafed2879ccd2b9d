/* The exemplars of a model file: whose they are, and whether their residuals may be read. */
#include <stdio.h>
#include <string.h>

#include "bundle.h"

enum { MOST_EXEMPLARS = 4096, MOST_BANK_BYTES = 32000000, LONGEST_TEXT = 2000,
       MOST_RESIDUAL_BYTES = 40000, RESIDUAL_HEADER = 12 };

static ndm_status tensor(const Bundle *b, const char *name, DType dtype, int axes,
                         const Part **part, Fault *why) {
    *part = find_part(b, name);
    if (!*part) return senseless(why, "exemplars without %s", name);
    if ((*part)->dtype != dtype || (*part)->axes != axes)
        return senseless(why, "%s has another type or number of axes", name);
    if ((*part)->bytes > MOST_BANK_BYTES)
        return senseless(why, "%s has more than %d bytes", name, MOST_BANK_BYTES);
    return NDM_OK;
}

static int little(const uint8_t *p) { return p[0] | p[1] << 8; }

ndm_status check_residual(const Bundle *b, const uint8_t *blob, int64_t bytes, float *step,
                          Fault *why) {
    if (bytes <= RESIDUAL_HEADER || bytes > MOST_RESIDUAL_BYTES)
        return senseless(why, "a residual has %d to %d bytes, this one %lld", RESIDUAL_HEADER + 1,
                         MOST_RESIDUAL_BYTES, (long long)bytes);
    if (blob[0] != 'N' || blob[1] != 'R') return senseless(why, "not a residual");
    if (blob[2] != 1 || blob[3])
        return senseless(why, "a residual of version %d, this program reads 1", blob[2]);
    if (little(blob + 6) != b->spec.n_mels || little(blob + 8) != b->spec.n_frames ||
        blob[10] != AIR_BANDS || blob[11] != ATTACK_BANDS)
        return senseless(why, "a residual of other bands and frames than the model's");
    int steps = little(blob + 4);
    if (steps < 1 || steps > 1024) return senseless(why, "a residual with a step of %d/1024", steps);
    *step = (float)steps / 1024;
    return NDM_OK;
}

static ndm_status check_exemplar(const Bundle *b, uint32_t text, Fault *why) {
    static const char *const texts[] = {"category", "kit",     "name",
                                        "source",   "licence", "attribution"};
    static const char *const free_licences[] = {"CC0-1.0", "LicenseRef-public-domain",
                                                "public-domain", "Unlicense"};
    const Json *json = &b->json;
    if (json->values[text].kind != JSON_OBJECT || json->values[text].size != 6)
        return senseless(why, "an exemplar is not described by six texts");
    for (int i = 0; i < 6; i++)
        TRY(check_text(json, json_get(json, text, texts[i]), texts[i], LONGEST_TEXT, why));
    int is_free = 0, known = 0;
    for (int i = 0; i < 4; i++)
        is_free |= json_is(json, json_get(json, text, "licence"), free_licences[i]);
    if (!is_free) return senseless(why, "an exemplar whose licence puts duties on sounds");
    for (int i = 0; i < b->categories; i++)
        known |= json_is(json, json_get(json, text, "category"),
                         ndm_categories[b->category[i]]);
    if (!known) return senseless(why, "an exemplar of a category that the model does not have");
    return NDM_OK;
}

ndm_status check_bank(Bundle *b, Fault *why) {
    const Json *json = &b->json;
    uint32_t bank = json_get(json, 0, "exemplars");
    const Part *codes, *residuals, *ends;
    int64_t format;
    float step;
    if (!bank) return NDM_OK;
    if (!json_whole(json, json_get(json, bank, "format"), &format) || format != 1)
        return senseless(why, "a bank of another format, this program reads 1");
    TRY(tensor(b, "exemplars.codes", TYPE_FLOAT16, 2, &codes, why));
    TRY(tensor(b, "exemplars.residuals", TYPE_UINT8, 1, &residuals, why));
    TRY(tensor(b, "exemplars.ends", TYPE_INT32, 1, &ends, why));
    uint32_t list = json_get(json, bank, "exemplars"), name = json_get(json, bank, "generator");
    if (!list || json->values[list].kind != JSON_LIST || !name ||
        json->values[name].kind != JSON_TEXT)
        return senseless(why, "a bank without a list of exemplars or a generator");
    int64_t n = json->values[list].size;
    if (n != codes->shape[0] || n != ends->shape[0])
        return senseless(why, "a bank names %lld exemplars, and has other numbers of codes and "
                              "residuals", (long long)n);
    if (n < 1 || n > MOST_EXEMPLARS)
        return senseless(why, "a bank has 1 to %d exemplars", MOST_EXEMPLARS);
    if (codes->shape[1] != b->latent_dim)
        return senseless(why, "codes of exemplars are not of %lld numbers",
                         (long long)b->latent_dim);
    for (int64_t i = 0; i < codes->count; i++) {
        uint16_t half;
        memcpy(&half, part_bytes(b, codes) + 2 * i, 2);
        if ((half & 0x7c00) == 0x7c00) return senseless(why, "a code of an exemplar is not finite");
    }
    int64_t start = 0;
    uint32_t text = list + 1;
    for (int64_t i = 0; i < n; i++) {
        int32_t end;
        memcpy(&end, part_bytes(b, ends) + 4 * i, 4);
        if (end < start || end > residuals->count || (i == n - 1 && end != residuals->count))
            return senseless(why, "the residuals of a bank do not follow one another");
        TRY(check_exemplar(b, text, why));
        TRY(check_residual(b, part_bytes(b, residuals) + start, end - start, &step, why));
        start = end;
        text = json->values[text].next;
    }
    b->exemplars = list;
    b->exemplars_count = n;
    return NDM_OK;
}
