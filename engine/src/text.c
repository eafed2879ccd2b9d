/* Checks of texts that are shown to people: in terminals and pages, some characters move the cursor. */
#include "bundle.h"

/* Ranges of characters that are not printed: controls, separators other than the space, formats,
 * surrogates, private use and noncharacters. Code points that Unicode has given to nothing yet, which
 * Python refuses too, pass. */
static const uint32_t unprinted[][2] = {
    {0x0, 0x1f},       {0x7f, 0xa0},       {0xad, 0xad},         {0x600, 0x605},
    {0x61c, 0x61c},    {0x6dd, 0x6dd},     {0x70f, 0x70f},       {0x890, 0x891},
    {0x8e2, 0x8e2},    {0x1680, 0x1680},   {0x180e, 0x180e},     {0x2000, 0x200f},
    {0x2028, 0x202f},  {0x205f, 0x206f},   {0x3000, 0x3000},     {0xd800, 0xf8ff},
    {0xfdd0, 0xfdef},  {0xfeff, 0xfeff},   {0xfff0, 0xfffb},     {0xfffe, 0xffff},
    {0x110bd, 0x110bd},{0x110cd, 0x110cd}, {0x13430, 0x1343f},   {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a},{0xe0000, 0xe00ff}, {0xe01f0, 0x10ffff},
};

static int printed(uint32_t code) {
    for (size_t i = 0; i < sizeof unprinted / sizeof *unprinted; i++)
        if (code >= unprinted[i][0] && code <= unprinted[i][1]) return 0;
    return 1;
}

ndm_status check_text(const Json *json, uint32_t value, const char *name, uint32_t most,
                      Fault *why) {
    uint32_t at = 0, code, count = 0;
    int ok = value && json->values[value].kind == JSON_TEXT;
    while (ok && json_character(json, value, &at, &code)) ok = ++count <= most && printed(code);
    return ok ? NDM_OK : senseless(why, "%s is no text of up to %u printed characters", name, most);
}
