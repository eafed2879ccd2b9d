/* Targets for libFuzzer: clang builds them with scripts/build_engine --fuzzer bundle|sound FILE.
 *
 * bundle: an input is a model file. Header and parts are changed apart from each other, and the checksums
 * made right again, so that what lies behind them is reached.
 * sound: an input is the arguments of the functions that make sounds and codes, give values and bend (arguments.h).
 * The model is that of the file that the variable NDM_MODEL names. The variable NDM_ONLY holds a run to one group of
 * these functions: sounds, own or values. */
#define NDM_LIBFUZZER
#include "driver.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);

#ifdef NDM_FUZZ_SOUND

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    try_arguments(bytes, size, getenv("NDM_MODEL"));
    return 0;
}

/* The first byte chooses the group of functions: it is led back into the one that was asked for. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed) {
    const char *only = getenv("NDM_ONLY");
    (void)seed;
    size = LLVMFuzzerMutate(bytes, size, most);
    if (!only || !size) return size;
    if (!strcmp(only, "values")) bytes[0] = (uint8_t)(FIRST_OF_VALUES + bytes[0] % (256 - FIRST_OF_VALUES));
    else if (!strcmp(only, "own")) bytes[0] = (uint8_t)(FIRST_OF_OWN + bytes[0] % (FIRST_OF_VALUES - FIRST_OF_OWN));
    else if (!strcmp(only, "sounds")) bytes[0] = (uint8_t)(bytes[0] % FIRST_OF_OWN);
    else abort();
    return size;
}

#else

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char sentence[NDM_SENTENCE];
    uint8_t inflated[4096];
    state = 1 + size;
    try_bytes(bytes, size, 1, sentence);
    ndm_inflate(bytes, size, inflated, sizeof inflated);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed) {
    uint64_t length = 0;
    if (size >= 57)
        for (int i = 7; i >= 0; i--) length = length << 8 | bytes[16 + i];
    if (size < 57 || !length || length >= size - 56 || seed % 8 == 0)
        return LLVMFuzzerMutate(bytes, size, most);
    size_t body = size - 56 - (size_t)length;
    if (seed % 8 < 5) {
        /* The header, whose length may change. */
        size_t room = (size_t)length + most - size < 2 * length ? (size_t)length + most - size : 2 * (size_t)length;
        uint8_t *text = malloc(room), *rest = malloc(body);
        memcpy(text, bytes + 56, (size_t)length);
        memcpy(rest, bytes + 56 + length, body);
        size_t now = LLVMFuzzerMutate(text, (size_t)length, room);
        memcpy(bytes + 56, text, now);
        memcpy(bytes + 56 + now, rest, body);
        for (int i = 0; i < 8; i++) bytes[16 + i] = (uint8_t)((uint64_t)now >> 8 * i);
        size = 56 + now + body;
        free(text);
        free(rest);
    } else {
        /* Some bytes of the parts, which stay as many. */
        size_t at = (size_t)(seed / 8) % body, n = body - at < 256 ? body - at : 256;
        LLVMFuzzerMutate(bytes + 56 + length + at, n, n);
    }
    seal(bytes, size);
    return size;
}
#endif
