/*
 * Stands between a server and the C library (LD_PRELOAD), so that its disk and its clock can fail on command. Built when it is
 * needed (shim.ts); the words of the record are read by power.ts.
 *
 *   SHIM_CONTROL  a file of four 64-bit numbers, shared with the tester: struct control
 *   SHIM_RECORD   a file to which goes what was synced, and what was made, renamed and dropped in
 *   SHIM_FOLDER   this folder; what is dropped stays under a second name in
 *   SHIM_KEPT     this folder, of the same file system
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* All zero: nothing fails. */
struct control {
  _Atomic int64_t clock_ms; /* added to the time of day */
  _Atomic int64_t lies;     /* each sync succeeds, and nothing is synced */
  _Atomic int64_t synced;   /* counts the syncs that were asked for */
  _Atomic int64_t refuses;  /* each call of this kind on a file of the folder fails, EIO; page: SIGBUS */
};

/* By the numbers of shim.ts. */
enum call { OPEN_TO_READ = 1, OPEN_TO_WRITE, READ, MAP, PAGE, WRITE, SYNC, CLOSE, RENAME, DROP };

static struct control none;
static struct control *control = &none;
static const char *folder;
static const char *kept;
static int record = -1;
static _Atomic int names;

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("SHIM_CONTROL");
  const char *record_path = getenv("SHIM_RECORD");
  folder = getenv("SHIM_FOLDER");
  kept = getenv("SHIM_KEPT");
  if (!path || !record_path || !folder || !kept) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  void *shared = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  record = open(record_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  /* A tester that believes in a fault that is not there would prove nothing. */
  if (shared == MAP_FAILED || record < 0) abort();
  control = shared;
}

static int ours(const char *path) {
  return record >= 0 && folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int ours_open(int fd) {
  char link[64], path[1024];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return ours(path);
}

static int refused(enum call call) {
  if (control->refuses != call) return 0;
  errno = EIO;
  return 1;
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...) {
  char line[2048];
  int error = errno;
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  if (length >= (int)sizeof line || write(record, line, length) != length) abort();
  errno = error;
}

/* ---- syncs ---- */

static int synced(int fd, int (*sync)(int)) {
  if (record < 0) return sync(fd);
  atomic_fetch_add(&control->synced, 1);
  if (refused(SYNC)) return -1;
  if (control->lies) return 0;
  /* Its length before: what is written meanwhile may have come too late. */
  struct stat file;
  int known = fstat(fd, &file) == 0;
  int done = sync(fd);
  if (done == 0 && known) note("sync\t%llu\t%lld\n", (unsigned long long)file.st_ino, (long long)file.st_size);
  return done;
}

int fsync(int fd) {
  REAL(fsync);
  return synced(fd, real);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return synced(fd, real);
}

/* ---- names ---- */

static int is_new(const char *path, int flags) {
  return (flags & O_CREAT) && ours(path) && access(path, F_OK) != 0;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list values; \
    va_start(values, flags); \
    mode_t mode = flags & O_CREAT ? va_arg(values, mode_t) : 0; \
    va_end(values); \
    if (ours(path) && refused((flags & O_ACCMODE) == O_RDONLY ? OPEN_TO_READ : OPEN_TO_WRITE)) return -1; \
    int made = is_new(path, flags); \
    int fd = real(path, flags, mode); \
    if (fd >= 0 && made) note("make\t%s\n", path); \
    return fd; \
  }

OPEN(open)
OPEN(open64)

static FILE *opened(const char *path, const char *mode, FILE *(*real)(const char *, const char *)) {
  if (ours(path) && refused(mode[0] == 'r' ? OPEN_TO_READ : OPEN_TO_WRITE)) return NULL;
  int made = ours(path) && mode[0] != 'r' && access(path, F_OK) != 0;
  FILE *file = real(path, mode);
  if (file && made) note("make\t%s\n", path);
  return file;
}

FILE *fopen(const char *path, const char *mode) {
  REAL(fopen);
  return opened(path, mode, real);
}

FILE *fopen64(const char *path, const char *mode) {
  REAL(fopen64);
  return opened(path, mode, real);
}

/* A second name for what is about to lose its own; empty where there is nothing. */
static void keep(const char *path, char *name, size_t size) {
  snprintf(name, size, "%s/%d", kept, atomic_fetch_add(&names, 1));
  if (link(path, name) != 0) name[0] = 0;
}

int unlink(const char *path) {
  REAL(unlink);
  if (!ours(path)) return real(path);
  if (refused(DROP)) return -1;
  char name[1024];
  keep(path, name, sizeof name);
  int done = real(path);
  if (done == 0) note("drop\t%s\t%s\n", path, name);
  return done;
}

int rename(const char *from, const char *to) {
  REAL(rename);
  if (!ours(to)) return real(from, to);
  if (refused(RENAME)) return -1;
  char name[1024];
  keep(to, name, sizeof name);
  int done = real(from, to);
  if (done == 0) note("move\t%s\t%s\t%s\n", from, to, name);
  return done;
}

/* ---- what is in files; of those who call the unlocked ones only LevelDB is here ---- */

/* Else a macro stands in their places. */
#undef fread_unlocked
#undef fwrite_unlocked

size_t fread_unlocked(void *to, size_t size, size_t count, FILE *file) {
  REAL(fread_unlocked);
  return refused(READ) ? 0 : real(to, size, count, file);
}

ssize_t pread64(int fd, void *to, size_t count, off64_t at) {
  REAL(pread64);
  return control->refuses == READ && ours_open(fd) && refused(READ) ? -1 : real(fd, to, count, at);
}

void *mmap64(void *at, size_t length, int allowed, int flags, int fd, off64_t from) {
  REAL(mmap64);
  int64_t call = control->refuses;
  if ((call != MAP && call != PAGE) || fd < 0 || !ours_open(fd)) return real(at, length, allowed, flags, fd, from);
  if (refused(MAP)) return MAP_FAILED;
  /* A page that the disk does not give back is met as one behind the end of a file. */
  int empty = memfd_create("unreadable", MFD_CLOEXEC);
  void *unreadable = real(at, length, allowed, flags, empty, 0);
  close(empty);
  return unreadable;
}

size_t fwrite_unlocked(const void *from, size_t size, size_t count, FILE *file) {
  REAL(fwrite_unlocked);
  return refused(WRITE) ? 0 : real(from, size, count, file);
}

int fflush_unlocked(FILE *file) {
  REAL(fflush_unlocked);
  return refused(WRITE) ? EOF : real(file);
}

int fclose(FILE *file) {
  REAL(fclose);
  int fails = control->refuses == CLOSE && ours_open(fileno(file));
  int done = real(file);
  return fails && refused(CLOSE) ? EOF : done;
}

/* ---- the time of day ---- */

int clock_gettime(clockid_t clock, struct timespec *time) {
  REAL(clock_gettime);
  int done = real(clock, time);
  if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t ms = control->clock_ms;
    time->tv_sec += ms / 1000;
    time->tv_nsec += ms % 1000 * 1000000;
    if (time->tv_nsec < 0) time->tv_sec--, time->tv_nsec += 1000000000;
    if (time->tv_nsec >= 1000000000) time->tv_sec++, time->tv_nsec -= 1000000000;
  }
  return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec time;
  (void)zone;
  int done = clock_gettime(CLOCK_REALTIME, &time);
  if (done == 0) now->tv_sec = time.tv_sec, now->tv_usec = time.tv_nsec / 1000;
  return done;
}

time_t time(time_t *to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to) *to = now.tv_sec;
  return now.tv_sec;
}
