/* limit.c -- see limit.h. Files that are absent or say something else set no limit. */
#include "base/limit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TEXT_SIZE = 16384, PATH_SIZE = 4096 };

/* The beginning of a file; false where there is none. */
static bool read_text(const char *path, char text[TEXT_SIZE])
{
    const int file  = open(path, O_RDONLY | O_CLOEXEC);
    size_t    count = 0;
    if (file < 0)
        return false;
    for (ssize_t got; count < TEXT_SIZE - 1 && (got = read(file, text + count, TEXT_SIZE - 1 - count)) > 0;)
        count += (size_t)got;
    close(file);
    text[count] = '\0';
    return count > 0;
}

/* A number at the beginning of a text; INT64_MAX for "max" and what is too large to be a limit. */
static int64_t number(const char *text)
{
    char           *end   = NULL;
    const long long value = strtoll(text, &end, 10);
    return end == text || value < 0 || value > INT64_MAX / 2 ? INT64_MAX : value;
}

static int64_t number_in(const char *folder, const char *name)
{
    char path[PATH_SIZE + 64], text[TEXT_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return read_text(path, text) ? number(text) : INT64_MAX;
}

/* The number behind a name at the beginning of a line; `otherwise` where no line has it. */
static int64_t named(const char *text, const char *name, int64_t otherwise)
{
    const size_t length = strlen(name);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && (line[length] == ' ' || line[length] == ':'))
            return number(line + length + 1 + strspn(line + length + 1, " "));
    }
    return otherwise;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The names of one version's files. */
struct version {
    const char *limit, *usage, *inactive, *active;
};
static const struct version VERSION_1 = {"memory.limit_in_bytes", "memory.usage_in_bytes",
                                         "total_inactive_file", "total_active_file"};
static const struct version VERSION_2 = {"memory.max", "memory.current", "inactive_file", "active_file"};

static int64_t left_in(const char *folder, const struct version *version)
{
    char          path[PATH_SIZE + 64], text[TEXT_SIZE];
    const int64_t limit = number_in(folder, version->limit), usage = number_in(folder, version->usage);
    int64_t       files = 0;
    if (limit == INT64_MAX || usage == INT64_MAX)
        return INT64_MAX;
    snprintf(path, sizeof path, "%s/memory.stat", folder);
    if (read_text(path, text))
        files =
            least(usage, named(text, version->inactive, 0)) + least(usage, named(text, version->active, 0));
    const int64_t used = files < usage ? usage - files : 0;
    return used < limit ? limit - used : 0;
}

/* The least that a group and those above it leave. A group that is not seen from here has its parents' limits. */
static int64_t left_along(const char *mount, const char *group, int group_length,
                          const struct version *version)
{
    char      folder[PATH_SIZE];
    int64_t   left = INT64_MAX;
    const int size = snprintf(folder, sizeof folder, "%s%.*s", mount, group_length, group);
    if (size < 0 || size >= PATH_SIZE || strstr(folder, "/.."))
        return left_in(mount, version);
    for (char *end = folder + size; end && end >= folder + strlen(mount); end = strrchr(folder, '/')) {
        *end = '\0';
        left = least(left, left_in(folder, version));
    }
    return left;
}

/* Whether a list of controllers, a,b,c, has memory. */
static bool has_memory(const char *list, size_t length)
{
    for (size_t at = 0; at < length; at += 1 + strcspn(list + at, ",:"))
        if (strncmp(list + at, "memory", 6) == 0 && (list[at + 6] == ',' || list[at + 6] == ':'))
            return true;
    return false;
}

int64_t limit_cgroup_left(const char *membership, const char *mount)
{
    char    text[TEXT_SIZE], mount_1[PATH_SIZE];
    int64_t left = INT64_MAX;
    if (!read_text(membership, text))
        return left;
    snprintf(mount_1, sizeof mount_1, "%s/memory", mount);
    for (const char *line = text; line; line = strchr(line, '\n')) { /* number:controllers:group */
        line += *line == '\n';
        const char *const list  = strchr(line, ':');
        const char *const group = list ? strchr(list + 1, ':') : NULL;
        if (!group)
            break;
        const size_t length = (size_t)(group - list - 1);
        if (length == 0)
            left = least(left, left_along(mount, group + 1, (int)strcspn(group + 1, "\n"), &VERSION_2));
        else if (has_memory(list + 1, length))
            left = least(left, left_along(mount_1, group + 1, (int)strcspn(group + 1, "\n"), &VERSION_1));
    }
    return left;
}

static int64_t left_of(int resource, int64_t used)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur > (rlim_t)INT64_MAX / 2)
        return INT64_MAX;
    return (int64_t)limit.rlim_cur > used ? (int64_t)limit.rlim_cur - used : 0;
}

static int64_t process_left(void)
{
    char          text[TEXT_SIZE];
    long long     whole = 0, resident, shared, code, unused, data = 0;
    const int64_t page = sysconf(_SC_PAGESIZE);
    if (read_text("/proc/self/statm", text) &&
        sscanf(text, "%lld %lld %lld %lld %lld %lld", &whole, &resident, &shared, &code, &unused, &data) != 6)
        whole = data = 0;
    return least(left_of(RLIMIT_AS, whole * page), left_of(RLIMIT_DATA, data * page));
}

static int64_t machine_left(void)
{
    char text[TEXT_SIZE];
    if (!read_text("/proc/meminfo", text))
        return INT64_MAX;
    const int64_t free = named(text, "MemAvailable", INT64_MAX), swap = named(text, "SwapFree", 0);
    return free > INT64_MAX / 4096 || swap > INT64_MAX / 4096 ? INT64_MAX : (free + swap) * 1024;
}

int64_t limit_left(void)
{
    const int64_t groups = limit_cgroup_left("/proc/self/cgroup", "/sys/fs/cgroup");
    return least(least(process_left(), groups), machine_left());
}
