/* Opening a model file: everything in it is checked before anything is used. */
#include "bundle.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "half.h"
#include "sha256.h"

enum { PREFIX = 56, MOST_HEADER = 1 << 20, MOST_LATENT_DIM = 4096, MOST_TEXT = 200 };
const char *const ndm_categories[CATEGORIES] = {
    "kick",  "clap",  "snare",  "open_hihat", "closed_hihat", "tambourine",
    "conga", "bongo", "shaker", "snap",       "tom"};

static ndm_status written(Fault *why, ndm_status status, const char *before, const char *after,
                          const char *format, va_list arguments) {
    why->status = status;
    if (!why->text) return status;
    size_t used = (size_t)snprintf(why->text, NDM_SENTENCE, "%s", before);
    int more = vsnprintf(why->text + used, NDM_SENTENCE - used, format, arguments);
    if (more > 0) used += (size_t)more;
    if (used < NDM_SENTENCE) snprintf(why->text + used, NDM_SENTENCE - used, "%s", after);
    /* A name from a file may hold anything; the sentence goes to a terminal. */
    for (char *p = why->text; *p; p++)
        if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e) *p = '?';
    return status;
}

ndm_status fault(Fault *why, ndm_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    written(why, status, "", "", format, arguments);
    va_end(arguments);
    return status;
}

ndm_status senseless(Fault *why, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    written(why, NDM_BAD_MODEL, "its header makes no sense (", "); " AGAIN, format, arguments);
    va_end(arguments);
    return NDM_BAD_MODEL;
}

static uint64_t little(const uint8_t *p, int bytes) {
    uint64_t out = 0;
    for (int i = bytes - 1; i >= 0; i--) out = out << 8 | p[i];
    return out;
}

static ndm_status header_length(const uint8_t *bytes, size_t size, size_t *length, Fault *why) {
    static const char magic[] = "NDMODEL\n";
    size_t seen = size < 8 ? size : 8;
    if (size < PREFIX && !memcmp(bytes, magic, seen))
        return fault(why, NDM_BAD_MODEL, "truncated, only %d bytes; " AGAIN, (int)size);
    if (size < PREFIX || memcmp(bytes, magic, 8))
        return fault(why, NDM_BAD_MODEL, "not a Neural Drum Machine model (.ndm) file");
    uint64_t version = little(bytes + 8, 4), found = little(bytes + 16, 8);
    if (version > 2)
        return fault(why, NDM_BAD_MODEL,
                     "model format %llu, this program reads 2; install a newer version of the "
                     "program", (unsigned long long)version);
    if (version == 1)
        return fault(why, NDM_BAD_MODEL,
                     "model format 1, this program reads 2; export the model again from its runs "
                     "(ndm export), or play it with version 0.2");
    if (version < 1 || little(bytes + 12, 4) || found > MOST_HEADER)
        return fault(why, NDM_BAD_MODEL, "altered (impossible first bytes); " AGAIN);
    if (size > MOST_FILE)
        return fault(why, NDM_BAD_MODEL, "larger than %d bytes; " AGAIN, MOST_FILE);
    if (PREFIX + found > size)
        return fault(why, NDM_BAD_MODEL, "truncated inside its header; " AGAIN);
    *length = (size_t)found;
    return NDM_OK;
}

static ndm_status read_categories(Bundle *b, Fault *why) {
    const Json *json = &b->json;
    uint32_t list = json_get(json, 0, "categories"), each = list + 1;
    if (!list || json->values[list].kind != JSON_LIST || !json->values[list].size)
        return senseless(why, "it has no list of categories");
    for (uint32_t i = 0; i < json->values[list].size; i++) {
        int found = -1;
        for (int k = 0; k < CATEGORIES; k++)
            if (json_is(json, each, ndm_categories[k])) found = k;
        if (found < 0)
            return fault(why, NDM_BAD_MODEL,
                         "made for categories this program does not know (%.*s); update the program",
                         json->values[each].length > 80 ? 80 : (int)json->values[each].length,
                         json->text + json->values[each].start);
        for (int k = 0; k < b->categories; k++)
            if (b->category[k] == found) return senseless(why, "it names a category twice");
        b->category[b->categories++] = found;
        each = json->values[each].next;
    }
    return NDM_OK;
}

static ndm_status check_texts(const Json *json, Fault *why) {
    static const char *const names[] = {"name", "licence"};
    for (int i = 0; i < 2; i++) {
        uint32_t at = json_get(json, 0, names[i]);
        if (at) TRY(check_text(json, at, names[i], MOST_TEXT, why));
    }
    uint32_t controls = json_get(json, 0, "controls");
    if (!controls) return NDM_OK;
    if (json->values[controls].kind != JSON_OBJECT)
        return senseless(why, "its controls are no object");
    uint32_t axes = json_get(json, controls, "axis_names");
    if (!axes) return NDM_OK;
    if (json->values[axes].kind != JSON_OBJECT)
        return senseless(why, "its axis_names are no object");
    uint32_t key = axes + 1;
    for (uint32_t i = 0; i < json->values[axes].size; i++) {
        uint32_t list = key + 1, each = list + 1;
        if (json->values[list].kind != JSON_LIST || json->values[list].size != AXES)
            return senseless(why, "axis_names of a category are not three");
        for (int k = 0; k < AXES; k++) {
            TRY(check_text(json, each, "axis_names", MOST_TEXT, why));
            each = json->values[each].next;
        }
        key = json->values[list].next;
    }
    return NDM_OK;
}

static ndm_status check_sizes(const Bundle *b, Fault *why) {
    const Sizes *s = &b->sizes;
    const Spec *spec = &b->spec;
    if (s->n_mels != spec->n_mels || s->n_frames != spec->n_frames ||
        s->categories != b->categories || s->latent_dim != b->latent_dim)
        return senseless(why, "bands, frames, categories or code are not those of the generator");
    int hits = s->network == NETWORK_HITS;
    if (json_get(&b->json, 0, "exemplars") && !hits)
        return senseless(why, "exemplars of a generator without air and fine attack");
    if (hits && (FULL_RATE % spec->sr || spec->pre_roll * FULL_RATE != FULL_PRE_ROLL * spec->sr))
        return senseless(why, "air and fine attack with a pre_roll of %lld at %lld Hz",
                         (long long)spec->pre_roll, (long long)spec->sr);
    const McnnSizes *m = &b->mcnn;
    if (m->channels_count &&
        (m->n_mels != spec->n_mels || (int64_t)1 << m->channels_count != spec->hop_length))
        return senseless(why, "MCNN does not fit the spec");
    return check_work(s, m, spec->n_frames, why);
}

static ndm_status check_header(Bundle *b, Fault *why) {
    const Json *json = &b->json;
    if (json->values[0].kind != JSON_OBJECT) return senseless(why, "it is no object");
    if (!json_is(json, json_get(json, 0, "format"), "neural-drum-machine model"))
        return senseless(why, "another format");
    TRY(read_spec(json, json_get(json, 0, "spec"), &b->spec, why));
    uint32_t dim = json_get(json, 0, "latent_dim");
    if (!json_whole(json, dim, &b->latent_dim) || b->latent_dim < 1 ||
        b->latent_dim > MOST_LATENT_DIM)
        return senseless(why, "latent_dim is no whole number up to %d", MOST_LATENT_DIM);
    TRY(read_generator(json, json_get(json, 0, "generator"), &b->sizes, why));
    if (json_get(json, 0, "mcnn")) TRY(read_mcnn(json, json_get(json, 0, "mcnn"), &b->mcnn, why));
    TRY(read_categories(b, why));
    TRY(check_texts(json, why));
    return check_sizes(b, why);
}

ndm_status bundle_open(const uint8_t *bytes, size_t size, void *(*allocate)(void *, size_t),
                       void *context, Bundle *b, Fault *why) {
    size_t length = 0;
    uint8_t digest[32];
    memset(b, 0, sizeof *b);
    TRY(header_length(bytes, size, &length, why));
    ndm_sha256(bytes + PREFIX, length, digest);
    if (memcmp(digest, bytes + 24, 32))
        return fault(why, NDM_BAD_MODEL, "altered (checksum of the header); " AGAIN);
    ndm_hex(digest, b->hash);
    b->json.text = (const char *)bytes + PREFIX;
    b->body = bytes + PREFIX + length;
    uint32_t count = json_read(b->json.text, length, NULL, 0);
    if (!count) return senseless(why, "it is no JSON in UTF-8");
    JsonValue *values = allocate(context, count * sizeof *values);
    if (!values) return fault(why, NDM_NO_MEMORY, "the host gave no memory");
    json_read(b->json.text, length, values, count);
    b->json.values = values;
    TRY(check_header(b, why));
    uint32_t parts = json_get(&b->json, 0, "parts");
    if (!parts || values[parts].kind != JSON_OBJECT) return senseless(why, "it names no parts");
    b->parts_count = values[parts].size;
    b->parts = allocate(context, b->parts_count * (sizeof(Part) + 2 * sizeof(uint32_t)) + 1);
    if (!b->parts) return fault(why, NDM_NO_MEMORY, "the host gave no memory");
    uint32_t *order = (uint32_t *)(b->parts + b->parts_count);
    TRY(read_parts(b, parts, (int64_t)(size - PREFIX - length), order, order + b->parts_count,
                   why));
    TRY(check_shapes(b, why));
    return check_bank(b, why);
}

const Part *find_part(const Bundle *b, const char *name) {
    for (uint32_t i = 0; i < b->parts_count; i++)
        if (json_is(&b->json, b->parts[i].key, name)) return b->parts + i;
    return NULL;
}

const uint8_t *part_bytes(const Bundle *b, const Part *part) { return b->body + part->offset; }

void read_floats(const Bundle *b, const Part *part, int64_t start, int64_t count, float *out) {
    const uint8_t *p = part_bytes(b, part);
    for (int64_t i = 0; i < count; i++) {
        uint16_t half;
        int32_t word;
        switch (part->dtype) {
            case TYPE_FLOAT16: memcpy(&half, p + 2 * (start + i), 2); out[i] = half_to_float(half); break;
            case TYPE_FLOAT32: memcpy(out + i, p + 4 * (start + i), 4); break;
            case TYPE_INT32: memcpy(&word, p + 4 * (start + i), 4); out[i] = (float)word; break;
            default: out[i] = p[start + i];
        }
    }
}
