#include "inflate.h"

#include <string.h>

enum { LONGEST_CODE = 15, MOST_LENGTHS = 288, MOST_DISTANCES = 30, FAST_BITS = 10 };

typedef struct {
    const uint8_t *in;
    size_t length, at;
    uint64_t bits;
    int held;
    int over; /* bits were asked for beyond the end */
} Bits;

typedef struct {
    uint16_t count[LONGEST_CODE + 1], symbol[MOST_LENGTHS];
    uint16_t fast[1 << FAST_BITS]; /* symbol << 4 | length of codes of up to FAST_BITS, else 0 */
} Code;

static void fill(Bits *b) {
    while (b->held <= 48) {
        if (b->at < b->length) b->bits |= (uint64_t)b->in[b->at] << b->held;
        b->at++; /* beyond the end come zeros, which are counted */
        b->held += 8;
    }
}

static uint32_t take(Bits *b, int n) {
    fill(b);
    uint32_t out = (uint32_t)(b->bits & ((1u << n) - 1));
    b->bits >>= n;
    b->held -= n;
    if (b->at > b->length && (b->at - b->length) * 8 > (size_t)b->held) b->over = 1;
    return out;
}

/* Makes a code from the lengths of its words; false if there are too many words. `is_whole` says
 * whether every string of bits begins with a word. */
static int make(Code *code, const uint8_t *lengths, int n, int *is_whole) {
    uint16_t start[LONGEST_CODE + 2] = {0};
    int left = 1;
    memset(code, 0, sizeof *code);
    for (int i = 0; i < n; i++) code->count[lengths[i]]++;
    code->count[0] = 0;
    for (int length = 1; length <= LONGEST_CODE; length++) {
        left = 2 * left - code->count[length];
        if (left < 0) return 0;
        start[length + 1] = (uint16_t)(start[length] + code->count[length]);
    }
    *is_whole = left == 0;
    for (int i = 0; i < n; i++)
        if (lengths[i]) code->symbol[start[lengths[i]]++] = (uint16_t)i;
    uint32_t word = 0, place = 0;
    for (int length = 1; length <= FAST_BITS; length++, word <<= 1)
        for (int i = 0; i < code->count[length]; i++, word++, place++) {
            uint32_t reversed = 0;
            for (int bit = 0; bit < length; bit++)
                reversed |= (word >> bit & 1) << (length - 1 - bit);
            for (uint32_t k = reversed; k < 1u << FAST_BITS; k += 1u << length)
                code->fast[k] = (uint16_t)(code->symbol[place] << 4 | length);
        }
    return 1;
}

static int decode(Bits *b, const Code *code) {
    fill(b);
    uint16_t fast = code->fast[b->bits & ((1 << FAST_BITS) - 1)];
    if (fast) {
        take(b, fast & 15);
        return fast >> 4;
    }
    int word = 0, first = 0, place = 0;
    for (int length = 1; length <= LONGEST_CODE; length++) {
        word |= (int)take(b, 1);
        int count = code->count[length];
        if (word - count < first) return code->symbol[place + (word - first)];
        place += count;
        first = (first + count) << 1;
        word <<= 1;
    }
    return -1;
}

static int copy_block(Bits *b, const Code *lengths, const Code *distances, uint8_t *out,
                      size_t size, size_t *at) {
    static const uint16_t base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                    2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    static const uint16_t far[] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,
                                   33,  49,  65,  97,  129, 193,  257,  385,  513,  769,
                                   1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    for (;;) {
        int symbol = decode(b, lengths);
        if (symbol < 0 || b->over) return 0;
        if (symbol < 256) {
            if (*at == size) return 0;
            out[(*at)++] = (uint8_t)symbol;
            continue;
        }
        if (symbol == 256) return 1;
        if (symbol > 285) return 0;
        size_t length = base[symbol - 257] + take(b, extra[symbol - 257]);
        symbol = decode(b, distances);
        if (symbol < 0 || symbol >= MOST_DISTANCES) return 0;
        size_t distance = far[symbol] + take(b, symbol < 4 ? 0 : symbol / 2 - 1);
        if (b->over || distance > *at || length > size - *at) return 0;
        for (; length; length--, ++*at) out[*at] = out[*at - distance];
    }
}

/* Whether no word is longer than a bit: only such a code may leave strings of bits without a word. */
static int short_code(const Code *code) {
    for (int length = 2; length <= LONGEST_CODE; length++)
        if (code->count[length]) return 0;
    return 1;
}

static int read_codes(Bits *b, Code *lengths, Code *distances) {
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t sizes[320] = {0};
    int n = (int)take(b, 5) + 257, m = (int)take(b, 5) + 1, k = (int)take(b, 4) + 4, whole;
    if (n > 286 || m > MOST_DISTANCES) return 0;
    for (int i = 0; i < k; i++) sizes[order[i]] = (uint8_t)take(b, 3);
    if (!make(lengths, sizes, 19, &whole) || !whole) return 0;
    memset(sizes, 0, sizeof sizes);
    for (int i = 0; i < n + m;) {
        int symbol = decode(b, lengths);
        if (symbol < 0 || b->over) return 0;
        if (symbol < 16) {
            sizes[i++] = (uint8_t)symbol;
            continue;
        }
        if (symbol == 16 && !i) return 0;
        uint8_t value = symbol == 16 ? sizes[i - 1] : 0;
        int times = symbol == 16 ? 3 + (int)take(b, 2)
                                 : symbol == 17 ? 3 + (int)take(b, 3) : 11 + (int)take(b, 7);
        if (i + times > n + m) return 0;
        while (times--) sizes[i++] = value;
    }
    return sizes[256] && make(lengths, sizes, n, &whole) && (whole || short_code(lengths)) &&
           make(distances, sizes + n, m, &whole) && (whole || short_code(distances));
}

static void fixed_codes(Code *lengths, Code *distances) {
    uint8_t sizes[MOST_LENGTHS];
    int whole;
    for (int i = 0; i < MOST_LENGTHS; i++) sizes[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    make(lengths, sizes, MOST_LENGTHS, &whole);
    memset(sizes, 5, MOST_DISTANCES);
    make(distances, sizes, MOST_DISTANCES, &whole);
}

static int stored(Bits *b, uint8_t *out, size_t size, size_t *at) {
    take(b, b->held & 7);
    uint32_t length = take(b, 16), inverse = take(b, 16);
    if (b->over || length != (~inverse & 0xffff) || length > size - *at) return 0;
    for (; length; length--) out[(*at)++] = (uint8_t)take(b, 8);
    return !b->over;
}

int ndm_inflate(const uint8_t *stream, size_t length, uint8_t *out, size_t size) {
    Bits b = {stream, length, 2, 0, 0, 0};
    Code lengths, distances;
    size_t at = 0;
    uint32_t last = 0, low = 1, high = 0;
    if (length < 6 || (stream[0] & 15) != 8 || stream[0] >> 4 > 7 || stream[1] & 32 ||
        (stream[0] * 256 + stream[1]) % 31)
        return 0;
    while (!last) {
        last = take(&b, 1);
        uint32_t kind = take(&b, 2);
        if (b.over || kind == 3) return 0;
        if (kind == 0) {
            if (!stored(&b, out, size, &at)) return 0;
            continue;
        }
        if (kind == 1) fixed_codes(&lengths, &distances);
        else if (!read_codes(&b, &lengths, &distances)) return 0;
        if (!copy_block(&b, &lengths, &distances, out, size, &at)) return 0;
    }
    take(&b, b.held & 7);
    uint32_t sum = 0;
    for (int i = 0; i < 4; i++) sum = sum << 8 | take(&b, 8);
    /* What is held beyond the checksum must not have come from the stream. */
    size_t read = b.at - (size_t)b.held / 8;
    if (b.over || at != size || read != length) return 0;
    for (size_t i = 0; i < size; i++) {
        low = (low + out[i]) % 65521;
        high = (high + low) % 65521;
    }
    return (high << 16 | low) == sum;
}
