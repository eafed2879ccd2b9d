/* A program: opens a CLAP plug-in, plays all notes from 35 to 70 one after the
 * other, writes the main outputs' samples to a file, and a session to another. The last argument is the
 * number of the parameter that counts the pads whose sounds are not ready. */
#include "../host/clap_host.c"

enum { RATE = 44100, BLOCK = 512, BLOCKS = 36 * 20 };

int main(int count, char **arguments) {
    if (count != 5) return 2;
    Host *h = host_open(arguments[1]);
    if (!h || !host_activate(h, RATE, BLOCK)) return 1;
    /* The plug-in waits for its sounds when it is switched on, but for no more than five seconds. */
    for (int i = 0; i < 100 && host_value(h, (unsigned int)atoi(arguments[4])) > 0; i++) {
        host_deactivate(h);
        if (!host_activate(h, RATE, BLOCK)) return 1;
    }
    unsigned int total = BLOCK * BLOCKS, channels = host_channels(h);
    float *out = calloc((size_t)total * channels, sizeof *out);
    for (int i = 0; i < BLOCKS; i++) {
        Event note = {17, -1, {0x90, (unsigned char)(35 + i / 20), 127, 0}, 0};
        if (!host_block(h, out, total, (unsigned int)i * BLOCK, BLOCK, &note, i % 20 == 0, -1, 120)) return 1;
    }
    FILE *file = fopen(arguments[2], "wb");
    if (!file || fwrite(out, sizeof *out, 2 * total, file) != 2 * total) return 1;
    fclose(file);
    size_t size;
    unsigned char *state = host_save(h, &size);
    file = fopen(arguments[3], "wb");
    if (!file || fwrite(state, 1, size, file) != size) return 1;
    fclose(file);
    if (!host_load(h, state, size)) return 1;
    host_free(state);
    host_deactivate(h);
    host_close(h);
    free(out);
    return 0;
}
