// A disk that fails on command: a file system for SQLite that passes everything on to the real one, until told not to.
#pragma once

#include <string>

namespace holon::testing {

enum class disk_operation { read, write, sync };

class faulty_vfs {
 public:
  /// One at a time lives in a program.
  faulty_vfs();
  ~faulty_vfs();
  faulty_vfs(const faulty_vfs&) = delete;
  faulty_vfs& operator=(const faulty_vfs&) = delete;

  /// For sqlite_options::vfs.
  [[nodiscard]] std::string name() const { return "holon-faulty"; }

  struct fault {
    disk_operation operation;
    std::string suffix;      ///< only files whose names end so: "-wal", "journal.db"
    int code;                ///< SQLite's: SQLITE_FULL, SQLITE_IOERR_FSYNC …
    int from = 1;            ///< the first such operation that fails, counted from now
    int times = 1 << 30;     ///< how many fail
    bool then_dies = false;  ///< after the first, every write and sync of any file fails
  };
  void inject(fault next);
  void heal();
  /// How many operations have failed since the last inject.
  [[nodiscard]] int failed() const;
};

}  // namespace holon::testing
