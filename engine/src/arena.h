/* One block of memory that is handed out from front to back.
 *
 * Whatever needs memory is laid out twice: with an arena of no memory, which only counts, and then
 * with one of the counted size. */
#ifndef NDM_ARENA_H
#define NDM_ARENA_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NDM_ALIGN 64

/* With the address sanitizer, a gap that nobody may touch follows each piece. */
#if defined(__SANITIZE_ADDRESS__)
#define NDM_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NDM_SANITIZED 1
#endif
#endif
#ifdef NDM_SANITIZED
#include <sanitizer/asan_interface.h>
enum { NDM_GAP = 256 };
#else
enum { NDM_GAP = 0 };
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

typedef struct {
    unsigned char *base; /* NULL while counting */
    size_t used;
} Arena;

/* Returns zeroed memory, or NULL while counting. Sizes come from checked headers. */
static inline void *arena_take(Arena *arena, size_t count, size_t size) {
    size_t start = arena->used, end = start + count * size;
    arena->used = (end + NDM_ALIGN - 1) / NDM_ALIGN * NDM_ALIGN + NDM_GAP;
    if (!arena->base) return NULL;
    ASAN_POISON_MEMORY_REGION(arena->base + end, arena->used - end);
    return memset(arena->base + start, 0, count * size);
}

/* The same with whatever is in it: pages that nobody touches take no memory. */
static inline void *arena_room(Arena *arena, size_t count, size_t size) {
    size_t start = arena->used, end = start + count * size;
    arena->used = (end + NDM_ALIGN - 1) / NDM_ALIGN * NDM_ALIGN + NDM_GAP;
    if (!arena->base) return NULL;
    ASAN_POISON_MEMORY_REGION(arena->base + end, arena->used - end);
    return arena->base + start;
}

#define TAKE(arena, type, count) ((type *)arena_take((arena), (size_t)(count), sizeof(type)))
#define ROOM(arena, type, count) ((type *)arena_room((arena), (size_t)(count), sizeof(type)))

static inline void *arena_align(void *memory) {
    return (void *)(((uintptr_t)memory + NDM_ALIGN - 1) & ~(uintptr_t)(NDM_ALIGN - 1));
}
#endif
