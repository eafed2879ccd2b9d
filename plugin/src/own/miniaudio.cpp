// The decoders of miniaudio (public domain or MIT-0) and stb_vorbis (public domain or MIT), which scripts/build_plugin
// fetches. Nothing of sound cards and threads is in it.
#define STB_VORBIS_HEADER_ONLY
#include "stb_vorbis.c"
#undef STB_VORBIS_HEADER_ONLY
#define MINIAUDIO_IMPLEMENTATION
#include "miniaudio_parts.h"
#include "miniaudio.h"
#include "stb_vorbis.c"
