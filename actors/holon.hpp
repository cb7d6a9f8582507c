// Everything an application needs to define holons and projections and to run them: one include.
#pragma once

#include "actors/decision.hpp"
#include "actors/holon_catalog.hpp"
#include "actors/holon_type.hpp"
#include "actors/runtime/node.hpp"
#include "persistence/describe.hpp"
#include "persistence/memory/memory_journal.hpp"
#include "persistence/sqlite/sqlite_journal.hpp"
#include "projections/memory/memory_rows.hpp"
#include "projections/projection.hpp"
#include "projections/projection_set.hpp"
#include "projections/sqlite/sqlite_rows.hpp"
