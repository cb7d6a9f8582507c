#include "tests/fault/faulty_vfs.hpp"

#include <cstring>
#include <mutex>
#include <optional>

#include <sqlite3.h>

namespace holon::testing {
namespace {

struct fault_state {
  std::mutex mutex;
  std::optional<faulty_vfs::fault> fault;
  int seen = 0;
  int failed = 0;
};

fault_state& state() {
  static fault_state only;
  return only;
}

sqlite3_vfs* real() { return sqlite3_vfs_find("unix"); }

// SQLite gives the memory: first our part, behind it the real file.
struct faulty_file {
  sqlite3_file base;
  const char* name;
};

sqlite3_file* behind(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(faulty_file));
}

bool ends_with(const char* name, const std::string& suffix) {
  return name != nullptr && std::string_view(name).ends_with(suffix);
}

// SQLITE_OK: go on.
int code_for(disk_operation operation, sqlite3_file* file) {
  auto& now = state();
  const std::lock_guard lock{now.mutex};
  if (!now.fault) return SQLITE_OK;
  if (now.failed > 0 && now.fault->then_dies && operation != disk_operation::read)
    return ++now.failed, SQLITE_IOERR_WRITE;
  if (operation != now.fault->operation) return SQLITE_OK;
  if (!ends_with(reinterpret_cast<faulty_file*>(file)->name, now.fault->suffix)) return SQLITE_OK;
  if (++now.seen < now.fault->from || now.failed >= now.fault->times) return SQLITE_OK;
  ++now.failed;
  return now.fault->code;
}

int close_file(sqlite3_file* file) { return behind(file)->pMethods->xClose(behind(file)); }
int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
  if (const int code = code_for(disk_operation::read, file)) return code;
  return behind(file)->pMethods->xRead(behind(file), into, size, at);
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  if (const int code = code_for(disk_operation::write, file)) return code;
  return behind(file)->pMethods->xWrite(behind(file), from, size, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return behind(file)->pMethods->xTruncate(behind(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
  if (const int code = code_for(disk_operation::sync, file)) return code;
  return behind(file)->pMethods->xSync(behind(file), flags);
}
int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  return behind(file)->pMethods->xFileSize(behind(file), size);
}
int lock_file(sqlite3_file* file, int kind) { return behind(file)->pMethods->xLock(behind(file), kind); }
int unlock_file(sqlite3_file* file, int kind) { return behind(file)->pMethods->xUnlock(behind(file), kind); }
int check_lock(sqlite3_file* file, int* out) { return behind(file)->pMethods->xCheckReservedLock(behind(file), out); }
int control_file(sqlite3_file* file, int what, void* with) {
  return behind(file)->pMethods->xFileControl(behind(file), what, with);
}
int sector_size(sqlite3_file* file) { return behind(file)->pMethods->xSectorSize(behind(file)); }
int characteristics(sqlite3_file* file) { return behind(file)->pMethods->xDeviceCharacteristics(behind(file)); }
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return behind(file)->pMethods->xShmMap(behind(file), page, size, extend, out);
}
int lock_shared(sqlite3_file* file, int at, int count, int flags) {
  return behind(file)->pMethods->xShmLock(behind(file), at, count, flags);
}
void shared_barrier(sqlite3_file* file) { behind(file)->pMethods->xShmBarrier(behind(file)); }
int unmap_shared(sqlite3_file* file, int remove) { return behind(file)->pMethods->xShmUnmap(behind(file), remove); }

// Version 2: with shared memory for WAL, without memory maps, so that every read comes by here.
const sqlite3_io_methods methods = {
    2,           close_file,     read_file,    write_file,   truncate_file, sync_file,       size_of_file,
    lock_file,   unlock_file,    check_lock,   control_file, sector_size,   characteristics, map_shared,
    lock_shared, shared_barrier, unmap_shared, nullptr,      nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  reinterpret_cast<faulty_file*>(file)->name = name;
  const int code = real()->xOpen(real(), name, behind(file), flags, out_flags);
  file->pMethods = behind(file)->pMethods != nullptr ? &methods : nullptr;
  return code;
}

sqlite3_vfs& faulty() {
  static sqlite3_vfs only = [] {
    sqlite3_vfs made = *real();
    made.pNext = nullptr;
    made.zName = "holon-faulty";
    made.szOsFile = real()->szOsFile + static_cast<int>(sizeof(faulty_file));
    made.xOpen = open_file;
    return made;
  }();
  return only;
}

}  // namespace

faulty_vfs::faulty_vfs() {
  heal();
  sqlite3_vfs_register(&faulty(), 0);
}

faulty_vfs::~faulty_vfs() { sqlite3_vfs_unregister(&faulty()); }

void faulty_vfs::inject(fault next) {
  const std::lock_guard lock{state().mutex};
  state().fault = std::move(next);
  state().seen = 0;
  state().failed = 0;
}

void faulty_vfs::heal() {
  const std::lock_guard lock{state().mutex};
  state().fault.reset();
}

int faulty_vfs::failed() const {
  const std::lock_guard lock{state().mutex};
  return state().failed;
}

}  // namespace holon::testing
