// Pages that are on their way, for as long as somebody wants them.
#pragma once

#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// Whatever is left of the pages in the end is forgotten, so that the connection can be asked again.
class page_flight {
 public:
  explicit page_flight(connection& at) : at_(at) {}
  ~page_flight() { at_.drop_pages(); }
  page_flight(const page_flight&) = delete;
  page_flight& operator=(const page_flight&) = delete;

 private:
  connection& at_;
};

}  // namespace holon::postgres
