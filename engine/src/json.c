#include "json.h"

#include <string.h>

enum { DEEPEST = 200 };

typedef struct {
    const char *text;
    size_t length, at;
    JsonValue *values;
    uint32_t room, count;
} Reader;

static void skip_space(Reader *r) {
    while (r->at < r->length && memchr(" \t\n\r", r->text[r->at], 4)) r->at++;
}

static int peek(const Reader *r) { return r->at < r->length ? (unsigned char)r->text[r->at] : -1; }

static int word(Reader *r, const char *name) {
    size_t n = strlen(name);
    if (r->length - r->at < n || memcmp(r->text + r->at, name, n)) return 0;
    r->at += n;
    return 1;
}

static int hex4(const char *p) {
    int code = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        code = 16 * code + digit;
    }
    return code;
}

/* Bytes of the UTF-8 character at p, 0 if it is none: no overlong form, no surrogate. */
static int utf8(const unsigned char *p, size_t room, uint32_t *code) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    int n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
    if (!n || (size_t)n > room) return 0;
    *code = n == 1 ? p[0] : p[0] & (0x7f >> n);
    for (int i = 1; i < n; i++) {
        if (p[i] >> 6 != 2) return 0;
        *code = *code << 6 | (p[i] & 0x3f);
    }
    if (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000)) return 0;
    return n;
}

static int read_text(Reader *r) {
    r->at++;
    while (r->at < r->length) {
        unsigned char c = (unsigned char)r->text[r->at];
        uint32_t code;
        if (c == '"') {
            r->at++;
            return 1;
        }
        if (c < 0x20) return 0;
        if (c == '\\') {
            if (r->length - r->at < 2) return 0;
            char escape = r->text[r->at + 1];
            if (escape == 'u') {
                if (r->length - r->at < 6 || hex4(r->text + r->at + 2) < 0) return 0;
                r->at += 6;
            } else {
                if (!escape || !strchr("\"\\/bfnrt", escape)) return 0;
                r->at += 2;
            }
        } else {
            int n = utf8((const unsigned char *)r->text + r->at, r->length - r->at, &code);
            if (!n) return 0;
            r->at += (size_t)n;
        }
    }
    return 0;
}

static int digits(Reader *r) {
    size_t start = r->at;
    while (peek(r) >= '0' && peek(r) <= '9') r->at++;
    return r->at > start;
}

static int read_number(Reader *r, JsonKind *kind) {
    *kind = JSON_WHOLE;
    if (peek(r) == '-') r->at++;
    if (peek(r) == '0') r->at++;
    else if (!digits(r)) return 0;
    if (peek(r) == '.') {
        *kind = JSON_REAL;
        r->at++;
        if (!digits(r)) return 0;
    }
    if (peek(r) == 'e' || peek(r) == 'E') {
        *kind = JSON_REAL;
        r->at++;
        if (peek(r) == '+' || peek(r) == '-') r->at++;
        if (!digits(r)) return 0;
    }
    return 1;
}

static int read_value(Reader *r, int depth);

static int read_members(Reader *r, int depth, char end, uint32_t *size) {
    int is_object = end == '}';
    r->at++;
    skip_space(r);
    if (peek(r) == end) {
        r->at++;
        return 1;
    }
    for (;;) {
        if (is_object) {
            skip_space(r);
            size_t key = r->at;
            /* A key with an escape could be a second spelling of another key. */
            if (peek(r) != '"' || !read_value(r, depth) || memchr(r->text + key, '\\', r->at - key))
                return 0;
            skip_space(r);
            if (peek(r) != ':') return 0;
            r->at++;
        }
        if (!read_value(r, depth)) return 0;
        ++*size;
        skip_space(r);
        int c = peek(r);
        r->at++;
        if (c == end) return 1;
        if (c != ',') return 0;
    }
}

static int read_value(Reader *r, int depth) {
    if (depth > DEEPEST) return 0;
    skip_space(r);
    uint32_t number = r->count++, size = 0;
    JsonKind kind = JSON_NULL;
    size_t start = r->at, end;
    int ok;
    switch (peek(r)) {
        case '{': kind = JSON_OBJECT; ok = read_members(r, depth + 1, '}', &size); break;
        case '[': kind = JSON_LIST; ok = read_members(r, depth + 1, ']', &size); break;
        case '"': kind = JSON_TEXT; ok = read_text(r); break;
        case 't': kind = JSON_TRUE; ok = word(r, "true"); break;
        case 'f': kind = JSON_FALSE; ok = word(r, "false"); break;
        case 'n': ok = word(r, "null"); break;
        default: ok = read_number(r, &kind);
    }
    if (!ok) return 0;
    end = r->at;
    if (kind == JSON_TEXT) {
        start++;
        end--;
    }
    if (number < r->room) {
        JsonValue value = {kind, (uint32_t)start, (uint32_t)(end - start), r->count, size};
        r->values[number] = value;
    }
    return 1;
}

uint32_t json_read(const char *text, size_t length, JsonValue *values, uint32_t room) {
    Reader r = {text, length, 0, values, room, 0};
    if (!read_value(&r, 0)) return 0;
    skip_space(&r);
    return r.at == length ? r.count : 0;
}

int json_is(const Json *json, uint32_t value, const char *text) {
    const JsonValue *v = json->values + value;
    return v->kind == JSON_TEXT && v->length == strlen(text) &&
           !memcmp(json->text + v->start, text, v->length);
}

uint32_t json_get(const Json *json, uint32_t object, const char *key) {
    const JsonValue *v = json->values + object;
    uint32_t found = 0, at = object + 1;
    if (v->kind != JSON_OBJECT) return 0;
    for (uint32_t i = 0; i < v->size; i++) {
        if (json_is(json, at, key)) found = at + 1;
        at = json->values[at + 1].next;
    }
    return found;
}

int json_whole(const Json *json, uint32_t value, int64_t *out) {
    const JsonValue *v = json->values + value;
    const char *p = json->text + v->start;
    int negative = 0;
    int64_t sum = 0;
    uint32_t i = 0;
    if (!value || v->kind != JSON_WHOLE || v->length > 18) return 0;
    if (p[0] == '-') {
        negative = 1;
        i = 1;
    }
    for (; i < v->length; i++) sum = 10 * sum + (p[i] - '0');
    *out = negative ? -sum : sum;
    return 1;
}

int json_number(const Json *json, uint32_t value, double *out) {
    const JsonValue *v = json->values + value;
    const char *p = json->text + v->start, *end = p + v->length;
    double mantissa = 0, scale = 1;
    long shift = 0, power = 0;
    if (!value || (v->kind != JSON_WHOLE && v->kind != JSON_REAL)) return 0;
    /* Not strtod, which reads a decimal point as the host's language writes it. Numbers of up to 15
     * digits come out as they do there. */
    int negative = *p == '-', after = 0;
    for (p += negative; p < end && *p != 'e' && *p != 'E'; p++) {
        if (*p == '.') after = 1;
        else {
            mantissa = 10 * mantissa + (*p - '0');
            shift -= after;
        }
    }
    if (p < end) {
        int minus = *++p == '-';
        if (*p == '-' || *p == '+') p++;
        for (; p < end; p++) power = power < 100000 ? 10 * power + (*p - '0') : power;
        shift += minus ? -power : power;
    }
    for (long i = shift < 0 ? -shift : shift; i > 0 && scale < 1e300; i--) scale *= 10;
    mantissa = shift < 0 ? mantissa / scale : mantissa * scale;
    *out = negative ? -mantissa : mantissa;
    return 1;
}

int json_character(const Json *json, uint32_t value, uint32_t *at, uint32_t *code) {
    const JsonValue *v = json->values + value;
    const char *p = json->text + v->start;
    if (*at >= v->length) return 0;
    if (p[*at] != '\\') {
        *at += (uint32_t)utf8((const unsigned char *)p + *at, v->length - *at, code);
        return 1;
    }
    char escape = p[*at + 1];
    if (escape != 'u') {
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        *code = (unsigned char)to[strchr(from, escape) - from];
        *at += 2;
        return 1;
    }
    *code = (uint32_t)hex4(p + *at + 2);
    *at += 6;
    if (*code >> 10 == 0x36 && v->length - *at >= 6 && p[*at] == '\\' && p[*at + 1] == 'u') {
        uint32_t low = (uint32_t)hex4(p + *at + 2);
        if (low >> 10 == 0x37) {
            *code = 0x10000 + ((*code & 0x3ff) << 10 | (low & 0x3ff));
            *at += 6;
        }
    }
    return 1;
}
