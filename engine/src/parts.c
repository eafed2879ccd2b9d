/* The parts of a model file: where they lie, their types, shapes and checksums. */
#include <string.h>

#include "bundle.h"
#include "sha256.h"

enum { ALIGNMENT = 64 };

static ndm_status read_part(Bundle *b, uint32_t key, Part *part, Fault *why) {
    static const char *const dtypes[] = {"float16", "float32", "int32", "uint8"};
    static const int sizes[] = {2, 4, 4, 1};
    const Json *json = &b->json;
    uint32_t facts = key + 1, dtype = json_get(json, facts, "dtype");
    uint32_t shape = json_get(json, facts, "shape"), each = shape + 1;
    int name_length = json->values[key].length > 60 ? 60 : (int)json->values[key].length;
    const char *name = json->text + json->values[key].start;
    int known = -1;
    part->key = key;
    for (int i = 0; dtype && i < 4; i++)
        if (json_is(json, dtype, dtypes[i])) known = i;
    if (known < 0 || !json_whole(json, json_get(json, facts, "offset"), &part->offset) ||
        !json_whole(json, json_get(json, facts, "bytes"), &part->bytes) || part->offset < 0 ||
        part->bytes < 0 || part->bytes > MOST_FILE || part->offset > MOST_FILE)
        return senseless(why, "part '%.*s' without a type, an offset or bytes", name_length, name);
    part->dtype = (DType)known;
    if (!shape || json->values[shape].kind != JSON_LIST || json->values[shape].size > 8)
        return senseless(why, "part '%.*s' without a shape", name_length, name);
    part->axes = (int)json->values[shape].size;
    part->count = 1;
    int empty = 0;
    for (int i = 0; i < part->axes; i++) {
        if (!json_whole(json, each, part->shape + i) || part->shape[i] < 0)
            return senseless(why, "part '%.*s' of an impossible shape", name_length, name);
        empty |= !part->shape[i];
        if (part->shape[i] && part->count <= MOST_FILE)
            part->count = part->shape[i] > MOST_FILE ? MOST_FILE + 1LL
                                                     : part->count * part->shape[i];
        each = json->values[each].next;
    }
    if (empty) part->count = 0;
    if (part->count * sizes[known] != part->bytes)
        return senseless(why, "part '%.*s' of a shape that does not fit its bytes", name_length,
                         name);
    return NDM_OK;
}

/* Sorts numbers of parts, stably: by offset, or by name. */
static int before(const Bundle *b, uint32_t x, uint32_t y, int by_name) {
    const Part *p = b->parts + x, *q = b->parts + y;
    if (!by_name) return p->offset < q->offset || (p->offset == q->offset && x < y);
    const JsonValue *v = b->json.values + p->key, *w = b->json.values + q->key;
    uint32_t shared = v->length < w->length ? v->length : w->length;
    int order = memcmp(b->json.text + v->start, b->json.text + w->start, shared);
    return order ? order < 0 : v->length < w->length;
}

static void sort(const Bundle *b, uint32_t *order, uint32_t *spare, int by_name) {
    uint32_t n = b->parts_count;
    for (uint32_t i = 0; i < n; i++) order[i] = i;
    for (uint32_t width = 1; width < n; width *= 2) {
        for (uint32_t start = 0; start < n; start += 2 * width) {
            uint32_t middle = start + width < n ? start + width : n;
            uint32_t end = start + 2 * width < n ? start + 2 * width : n, i = start, j = middle;
            for (uint32_t k = start; k < end; k++) {
                int left = i < middle && (j == end || !before(b, order[j], order[i], by_name));
                spare[k] = left ? order[i++] : order[j++];
            }
        }
        memcpy(order, spare, n * sizeof *order);
    }
}

static ndm_status check_bytes(const Bundle *b, const Part *part, int64_t *end, int64_t size,
                              Fault *why) {
    const JsonValue *key = b->json.values + part->key;
    int length = key->length > 60 ? 60 : (int)key->length;
    const char *name = b->json.text + key->start;
    uint8_t digest[32];
    char hex[65];
    if (part->offset != *end)
        return senseless(why, "part '%.*s' at %lld, %lld bytes", length, name,
                         (long long)part->offset, (long long)part->bytes);
    *end = part->offset + (part->bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (part->offset + part->bytes > size)
        return fault(why, NDM_BAD_MODEL, "truncated inside part '%.*s'; " AGAIN, length, name);
    ndm_sha256(b->body + part->offset, (size_t)part->bytes, digest);
    ndm_hex(digest, hex);
    if (!json_is(&b->json, json_get(&b->json, part->key + 1, "sha256"), hex))
        return fault(why, NDM_BAD_MODEL, "altered (checksum of part '%.*s'); " AGAIN, length, name);
    for (int64_t i = part->offset + part->bytes; i < *end && i < size; i++)
        if (b->body[i])
            return fault(why, NDM_BAD_MODEL, "altered (padding after '%.*s'); " AGAIN, length, name);
    return NDM_OK;
}

ndm_status read_parts(Bundle *b, uint32_t object, int64_t size, uint32_t *order,
                             uint32_t *spare, Fault *why) {
    uint32_t key = object + 1;
    for (uint32_t i = 0; i < b->parts_count; i++) {
        TRY(read_part(b, key, b->parts + i, why));
        key = b->json.values[key + 1].next;
    }
    sort(b, order, spare, 1);
    for (uint32_t i = 1; i < b->parts_count; i++)
        if (!before(b, order[i - 1], order[i], 1)) return senseless(why, "it names a part twice");
    sort(b, order, spare, 0);
    int64_t end = 0;
    for (uint32_t i = 0; i < b->parts_count; i++)
        TRY(check_bytes(b, b->parts + order[i], &end, size, why));
    if (end != size)
        return fault(why, NDM_BAD_MODEL, "%lld bytes of parts, the header names %lld; " AGAIN,
                     (long long)size, (long long)end);
    return NDM_OK;
}
