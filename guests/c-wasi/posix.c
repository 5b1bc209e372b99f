// A program of many small ones, by the C library: `posix COMMAND ARGS…`, or several of them with `each COMMAND + COMMAND`.
// What each prints is compared, between hosts; so none prints what differs from run to run.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "program.h"

static int number(const char *text) { return (int)strtol(text, NULL, 10); }

static const char *kind(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "directory";
    case S_IFLNK: return "link";
    case S_IFCHR: return "device";
    default: return "other";
  }
}

static int tell(const struct stat *s) {
  printf("%s %lld bytes, %d links\n", kind(s->st_mode), S_ISREG(s->st_mode) ? (long long)s->st_size : 0LL,
         S_ISREG(s->st_mode) ? (int)s->st_nlink : 0);
  return 0;
}

static int cat(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return -1;
  char buffer[1000];
  size_t length;
  while ((length = fread(buffer, 1, sizeof buffer, file)) > 0) fwrite(buffer, 1, length, stdout);
  int failed = ferror(file);
  fclose(file);
  return failed ? -1 : 0;
}

// Reads all with buffers of a size, and prints how much there was and what it adds up to.
static int sum(const char *path, size_t size) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) return -1;
  unsigned char *buffer = malloc(size);
  unsigned total = 0, bytes = 0;
  ssize_t length;
  while ((length = read(fd, buffer, size)) > 0) {
    for (ssize_t i = 0; i < length; i++) total = total * 31 + buffer[i];
    bytes += length;
  }
  free(buffer);
  close(fd);
  if (length == 0) printf("%u bytes %08x\n", bytes, total);
  return (int)length;
}

static int put(const char *path, const char *mode, const char *text) {
  FILE *file = fopen(path, mode);
  if (file == NULL) return -1;
  int failed = fputs(text, file) < 0;
  return fclose(file) != 0 || failed ? -1 : 0;
}

static int fill(const char *path, int lines) {
  FILE *file = fopen(path, "w");
  if (file == NULL) return -1;
  for (int i = 0; i < lines; i++) fprintf(file, "line %d of %d: %.3f\n", i, lines, i / 7.0);
  long at = ftell(file);
  printf("at %ld\n", at);
  return fclose(file);
}

// Writes into the middle, reads across it, and goes to places from the start, from here and from the end.
static int seek(const char *path) {
  int fd = open(path, O_RDWR);
  if (fd < 0) return -1;
  char buffer[8] = {0};
  printf("pwrite %zd\n", pwrite(fd, "MIDDLE", 6, 2));
  printf("pread %zd", pread(fd, buffer, 7, 1));
  printf(" %s\n", buffer);
  printf("ends %lld", (long long)lseek(fd, 0, SEEK_END));
  printf(" back %lld", (long long)lseek(fd, -3, SEEK_CUR));
  printf(" hole %lld", (long long)lseek(fd, 5, SEEK_END));
  printf(" write %zd", write(fd, "x", 1));
  printf(" before the start %lld\n", (long long)lseek(fd, -1, SEEK_SET));
  int failed = fsync(fd) | fdatasync(fd);
  close(fd);
  return failed;
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static int ls(const char *path) {
  struct dirent **entries;
  int count = scandir(path, &entries, NULL, by_name);
  if (count < 0) return -1;
  for (int i = 0; i < count; i++) {
    const char *what = entries[i]->d_type == DT_DIR ? "directory" : entries[i]->d_type == DT_LNK ? "link"
                       : entries[i]->d_type == DT_REG ? "file" : "other";
    printf("%s %s\n", what, entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
  return 0;
}

static int times(const char *path, int access, int modification) {
  struct timespec set[2] = {{.tv_sec = access, .tv_nsec = 5}, {.tv_sec = modification, .tv_nsec = 6}};
  struct stat s;
  if (utimensat(AT_FDCWD, path, set, 0) != 0 || stat(path, &s) != 0) return -1;
  printf("%lld.%09ld %lld.%09ld\n", (long long)s.st_atim.tv_sec, s.st_atim.tv_nsec, (long long)s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
  return 0;
}

static int clocks(void) {
  struct timespec before, after, resolution, nap = {.tv_nsec = 10000000};
  time_t now = time(NULL);
  if (clock_gettime(CLOCK_MONOTONIC, &before) != 0 || nanosleep(&nap, NULL) != 0 || clock_gettime(CLOCK_MONOTONIC, &after) != 0
      || clock_getres(CLOCK_REALTIME, &resolution) != 0)
    return -1;
  long long slept = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
  printf("slept %d, present %d, finer than a second %d\n", slept >= nap.tv_nsec, now > 1700000000, resolution.tv_sec == 0);
  return 0;
}

static int chance(void) {
  unsigned char one[64], other[64];
  if (getentropy(one, sizeof one) != 0 || getentropy(other, sizeof other) != 0) return -1;
  printf("differ %d\n", memcmp(one, other, sizeof one) != 0);
  return 0;
}

static int lines(void) {
  char line[200];
  int count = 0;
  while (fgets(line, sizeof line, stdin) != NULL) printf("%d %s", ++count, line);
  return ferror(stdin) ? -1 : 0;
}

static int run(int argc, char **argv) {
  const char *command = argv[0];
  const char *a = argc > 1 ? argv[1] : "", *b = argc > 2 ? argv[2] : "", *c = argc > 3 ? argv[3] : "";
  struct stat s;
#define IS(name, arguments) (strcmp(command, name) == 0 && argc == 1 + (arguments))
  if (IS("cat", 1)) return cat(a);
  if (IS("sum", 2)) return sum(a, number(b));
  if (IS("write", 2)) return put(a, "w", b);
  if (IS("append", 2)) return put(a, "a", b);
  if (IS("new", 2)) return put(a, "wx", b);
  if (IS("fill", 2)) return fill(a, number(b));
  if (IS("seek", 1)) return seek(a);
  if (IS("ls", 1)) return ls(a);
  if (IS("stat", 1)) return stat(a, &s) == 0 ? tell(&s) : -1;
  if (IS("lstat", 1)) return lstat(a, &s) == 0 ? tell(&s) : -1;
  if (IS("times", 3)) return times(a, number(b), number(c));
  if (IS("mkdir", 1)) return mkdir(a, 0777);
  if (IS("rmdir", 1)) return rmdir(a);
  if (IS("rm", 1)) return unlink(a);
  if (IS("mv", 2)) return rename(a, b);
  if (IS("ln", 2)) return link(a, b);
  if (IS("symlink", 2)) return symlink(a, b);
  if (IS("truncate", 2)) return truncate(a, number(b));
  if (IS("access", 1)) return printf("%d %d\n", access(a, R_OK), access(a, W_OK)) < 0;
  if (IS("readlink", 1)) {
    char text[100];
    ssize_t length = readlink(a, text, sizeof text);
    return length < 0 ? -1 : printf("%.*s\n", (int)length, text) < 0;
  }
  if (IS("env", 1)) return printf("%s\n", getenv(a) != NULL ? getenv(a) : "not set") < 0;
  if (IS("clocks", 0)) return clocks();
  if (IS("random", 0)) return chance();
  if (IS("lines", 0)) return lines();
  if (IS("tty", 0)) return printf("%d %d %d\n", isatty(0), isatty(1), isatty(2)) < 0;
  if (IS("close", 1)) return close(number(a));
  if (IS("exit", 1)) exit(number(a));
  if (IS("abort", 0)) abort();
  errno = ENOSYS;
  return -1;
}

static int tried(int argc, char **argv) {
  errno = 0;
  if (run(argc, argv) == 0) return 0;
  printf("error %d %s\n", errno, strerror(errno));
  return 1;
}

// The adapter takes its memory here, as it does from wit-bindgen's glue. Without this it would grow the memory, and older
// versions of wasi-libc then take the new pages for their own heap.
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  (void)old_size, (void)align;
  void *memory = realloc(old, size);
  if (memory == NULL) abort();
  return memory;
}

static int program(int argc, char **argv) {
  if (argc < 2) return 2;
  if (strcmp(argv[1], "each") != 0) return tried(argc - 1, argv + 1);
  for (int from = 2; from < argc;) {
    int to = from;
    while (to < argc && strcmp(argv[to], "+") != 0) to++;
    printf("$");
    for (int i = from; i < to; i++) printf(" %s", argv[i]);
    printf("\n");
    tried(to - from, argv + from);
    from = to + 1;
  }
  return 0;
}
