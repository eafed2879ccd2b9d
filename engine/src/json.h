/* A reader of JSON (RFC 8259) that copies nothing: values point into the text. */
#ifndef NDM_JSON_H
#define NDM_JSON_H
#include <stddef.h>
#include <stdint.h>

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_WHOLE, JSON_REAL, JSON_TEXT, JSON_LIST,
               JSON_OBJECT } JsonKind;

/* Values lie in an array in the order of the text. The values of a list follow it; those of an object
 * follow it as key, value, key, value. */
typedef struct {
    JsonKind kind;
    uint32_t start, length; /* of its text; of a text, what is between the quotes */
    uint32_t next;          /* the first value after this one and all inside it */
    uint32_t size;          /* values of a list, pairs of an object */
} JsonValue;

typedef struct {
    const char *text;
    const JsonValue *values;
} Json;

/* Returns the number of values, 0 if the text is no JSON. Values beyond `room` are only counted. */
uint32_t json_read(const char *text, size_t length, JsonValue *values, uint32_t room);

/* Returns the value of a key of an object (the last, if there are several); 0 if there is none or it
 * is no object. Value 0 is the whole text, which nothing contains. */
uint32_t json_get(const Json *json, uint32_t object, const char *key);

/* Whether a text is a given one. Escapes are not resolved: no word of the format has any. */
int json_is(const Json *json, uint32_t value, const char *text);

/* A whole number; false if it is none or does not fit. */
int json_whole(const Json *json, uint32_t value, int64_t *out);

/* A number of either kind. */
int json_number(const Json *json, uint32_t value, double *out);

/* Reads the next character of a text at *at, escapes resolved; false at its end. `length` characters
 * count as in Python: one for each code point, lone surrogates included. */
int json_character(const Json *json, uint32_t value, uint32_t *at, uint32_t *code);
#endif
