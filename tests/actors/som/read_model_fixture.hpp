// A read model over rows in memory: events go in, rows come out. No engine, no journal.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>

#include "persistence/codec/json.hpp"
#include "projections/memory/memory_rows.hpp"
#include "projections/projection.hpp"

namespace som {

template <class ReadModel>
class read_model_fixture {
 public:
  read_model_fixture()
      : store_(holon::make_memory_rows()),
        session_(store_->session().value()),
        projection_(holon::make_projection<ReadModel>()) {
    BOOST_REQUIRE(session_->begin());
    bound_ = projection_->bind(*session_).value();
  }

  /// This happened to the holon, one event after the other.
  template <class... Event>
  void happen(holon::stream_id stream, const Event&... events) {
    (happen_one(stream, events), ...);
  }

  template <class Event>
  holon::result<void> apply(holon::stream_id stream, const Event& event) {
    holon::new_event stored;
    stored.type = holon::stored_name<Event>;
    stored.schema_version = holon::schema_version<Event>;
    stored.occurred_at = now;
    stored.payload = holon::to_json(event);
    offset_ = offset_.next();
    auto& version = versions_[stream];
    version = version.next();
    return bound_->apply(holon::view_of(stored, stream, "any", version, offset_, now));
  }

  template <class Row>
  holon::table<Row> table() {
    return holon::table<Row>::ensure(*session_, ReadModel::name).value();
  }

  template <class Row>
  std::optional<Row> find(const holon::row_key<Row>& key) {
    return table<Row>().find(key).value();
  }

  template <class Row>
  std::size_t count() {
    return table<Row>().scan([](const Row&) { return true; }).value();
  }

  holon::timestamp now;  ///< business time of the next event

 private:
  template <class Event>
  void happen_one(holon::stream_id stream, const Event& event) {
    const auto applied = apply(stream, event);
    BOOST_REQUIRE_MESSAGE(applied, applied.error().text);
  }

  std::unique_ptr<holon::row_store> store_;
  std::unique_ptr<holon::row_session> session_;
  std::unique_ptr<holon::projection> projection_;
  std::unique_ptr<holon::bound_projection> bound_;
  std::map<holon::stream_id, holon::stream_version> versions_;
  holon::global_offset offset_;
};

}  // namespace som
