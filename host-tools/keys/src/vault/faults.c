/* Stands between a program and the C library (LD_PRELOAD), and lets the AT-th file operation in FOLDER fail: for tests of what is
 * left behind. KIND: e an error, k killed before it, a killed after it, h half of a write and an error, H half of a write and killed.
 * CLOCK moves the clock by so many seconds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int count;

static int ours(const char *path) {
    const char *folder = getenv("SSC_FAULT_FOLDER");
    return folder && !strncmp(path, folder, strlen(folder));
}

static int ours_fd(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return ours(path);
}

/* The kind of the fault, if this is the operation. */
static char fault(void) {
    const char *at = getenv("SSC_FAULT_AT"), *kind = getenv("SSC_FAULT_KIND"), *hit = getenv("SSC_FAULT_HIT");
    if (!at || !kind || ++count != atoi(at)) return 0;
    if (hit) close(syscall(SYS_openat, AT_FDCWD, hit, O_CREAT | O_WRONLY, 0600));
    if (*kind == 'k') kill(getpid(), SIGKILL);
    errno = ENOSPC;
    return *kind;
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define FAULT(is_ours, call)                                   \
    char kind = (is_ours) ? fault() : 0;                       \
    if (kind == 'e' || kind == 'h') return -1;                 \
    __auto_type result = (call);                               \
    if (kind) kill(getpid(), SIGKILL);                         \
    return result

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    char kind = ours_fd(fd) ? fault() : 0;
    if (kind == 'e') return -1;
    ssize_t result = real(fd, bytes, kind == 'h' || kind == 'H' ? length / 2 : length);
    if (kind == 'h') return errno = ENOSPC, -1;
    if (kind) kill(getpid(), SIGKILL);
    return result;
}
int fsync(int fd) { REAL(fsync); FAULT(ours_fd(fd), real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); FAULT(ours_fd(fd), real(fd)); }
int ftruncate64(int fd, off64_t length) { REAL(ftruncate64); FAULT(ours_fd(fd), real(fd, length)); }
int open64(const char *path, int flags, ...) {
    REAL(open64);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    FAULT(ours(path), real(path, flags, mode));
}
int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int result = real(clock, time);
    const char *moved = getenv("SSC_FAULT_CLOCK");
    if (clock == CLOCK_REALTIME && moved) time->tv_sec += atol(moved);
    return result;
}
