// The subjects of an examination. Each asks its questions and adds what it found.
#pragma once

#include "persistence/postgres/doctor/examination.hpp"
#include "persistence/postgres/doctor/postgres_doctor.hpp"

namespace holon::postgres {

/// Settings, as the sessions of this user have them: what could lose events first.
void check_settings(examination& of);
/// Are there connections left for a pool of `pool_size_max`?
void check_connections(examination& of, int pool_size_max);

/// What this user may do with the journal: all that it needs, and no more.
void check_rights(examination& of);

/// Head, months, indexes and triggers of the journal.
void check_journal(examination& of);

/// Dead rows, statistics and the age of transaction ids.
void check_vacuum(examination& of);

/// Size of the WAL, what was written to it, checkpoints, the archiver.
void check_wal(examination& of);
/// Standbys and replication slots; on a standby, how far it is behind.
void check_replication(examination& of);

/// Long transactions, forgotten ones, and who waits for a lock.
void check_sessions(examination& of, const examination_options& bounds);

}  // namespace holon::postgres
