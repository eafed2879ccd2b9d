/* Counts what an audio thread must not do: allocate, wait for a lock, touch a file, sleep. Preloaded, it
 * stands before the C library's functions, and counts the calls of a thread between rt_watch(1) and
 * rt_watch(0). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static __thread int watching;
static int calls;
static char first[64];

void rt_watch(int on) { watching = on; }
int rt_calls(void) { return calls; }
const char *rt_first(void) { return first; }
void rt_clear(void) { calls = 0, first[0] = 0; }

static void told(const char *name) {
    if (!watching) return;
    if (!__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED)) strncpy(first, name, sizeof first - 1);
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t n) { told("malloc"); return __libc_malloc(n); }
void *calloc(size_t n, size_t each) { told("calloc"); return __libc_calloc(n, each); }
void *realloc(void *p, size_t n) { told("realloc"); return __libc_realloc(p, n); }
void free(void *p) { told("free"); __libc_free(p); }
void *memalign(size_t a, size_t n) { told("memalign"); return __libc_memalign(a, n); }
void *aligned_alloc(size_t a, size_t n) { told("aligned_alloc"); return __libc_memalign(a, n); }
int posix_memalign(void **p, size_t a, size_t n) {
    told("posix_memalign");
    *p = __libc_memalign(a, n);
    return *p ? 0 : 12;
}

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

int pthread_mutex_lock(pthread_mutex_t *m) { told("pthread_mutex_lock"); return REAL(pthread_mutex_lock)(m); }
int pthread_rwlock_rdlock(pthread_rwlock_t *l) { told("pthread_rwlock_rdlock"); return REAL(pthread_rwlock_rdlock)(l); }
int pthread_rwlock_wrlock(pthread_rwlock_t *l) { told("pthread_rwlock_wrlock"); return REAL(pthread_rwlock_wrlock)(l); }
int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) { told("pthread_cond_wait"); return REAL(pthread_cond_wait)(c, m); }
int pthread_join(pthread_t t, void **r) { told("pthread_join"); return REAL(pthread_join)(t, r); }
int sem_wait(sem_t *s) { told("sem_wait"); return REAL(sem_wait)(s); }
int nanosleep(const struct timespec *a, struct timespec *b) { told("nanosleep"); return REAL(nanosleep)(a, b); }
int usleep(useconds_t t) { told("usleep"); return REAL(usleep)(t); }
FILE *fopen(const char *p, const char *m) { told("fopen"); return REAL(fopen)(p, m); }
ssize_t read(int f, void *b, size_t n) { told("read"); return REAL(read)(f, b, n); }
ssize_t write(int f, const void *b, size_t n) { told("write"); return REAL(write)(f, b, n); }
int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    told("open");
    return REAL(open)(path, flags, mode);
}
