// Keeps the books of a lending library in two SQLite files, without a server:
//
//   library FOLDER lend TITLE READER      library FOLDER return TITLE      library FOLDER loans
//   library FOLDER sequel TITLE FIRST READER      lends TITLE while FIRST is on the shelf
//
// Exit code: 0 done, 1 refused or failed (stderr says why), 2 not understood.
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/holon.hpp"
#include "book.hpp"
#include "loans.hpp"

namespace library {
namespace {

constexpr std::chrono::seconds patience{10};

// The same title is the same book, today and after a restart.
holon::stream_id book_called(const std::string& title) { return {holon::uuid_v5({}, title)}; }

struct open_library {
  std::shared_ptr<holon::row_store> views;
  std::unique_ptr<holon::node> node;
};

holon::result<open_library> open(const std::filesystem::path& folder) {
  HOLON_TRY(std::shared_ptr<holon::journal> journal, holon::open_sqlite_journal({.path = folder / "journal.db"}));
  HOLON_TRY(std::shared_ptr<holon::row_store> views, holon::open_sqlite_rows({.path = folder / "views.db"}));
  HOLON_TRY(auto node, holon::node::start(journal, holon::holon_catalog{}.with<book>(), {},
                                          {.store = views, .projections = holon::projection_set{}.with<loans>()}));
  return open_library{.views = std::move(views), .node = std::move(node)};
}

// The read model is a moment behind the journal, so wait until it has seen all of it.
holon::result<void> print_loans(const open_library& in) {
  HOLON_TRY(const auto reader, in.node->store().reader());
  HOLON_TRY(const auto head, reader->head());
  if (!in.node->wait_for_projections(head.offset, patience))
    return holon::failure(holon::errc::timeout,
                          "the list of loans does not keep up: " + in.node->projections()[0].error);
  HOLON_TRY(const auto session, in.views->session());
  HOLON_CHECK(session->begin());
  HOLON_TRY(auto table, holon::table<loan>::ensure(*session, loans::name));
  HOLON_CHECK(table.scan([](const loan& one) {
    std::cout << one.reader << " has " << one.title << '\n';
    return true;
  }));
  return session->commit();
}

// That a book is on the shelf is true at a version of it. If it is lent before the sequel is, the check of that version
// fails, and nothing is lent.
holon::result<holon::command_context> while_on_shelf(const open_library& in, const std::string& title) {
  HOLON_TRY(const auto first, in.node->state(book_called(title), book::name));
  if (first.state.find(R"("reader":")") != std::string::npos)
    return holon::failure(holon::errc::refused, title + " is lent");
  return holon::command_context{
      .checks = {{.stream = book_called(title), .expected = holon::expected_version::exactly(first.version)}}};
}

holon::result<void> run(const std::vector<std::string>& words) {
  HOLON_TRY(const auto opened, open(words[0]));
  if (words[1] == "loans") return print_loans(opened);
  const auto& title = words[2];
  holon::command_context context;
  if (words[1] == "sequel") {
    HOLON_TRY(context, while_on_shelf(opened, words[3]));
  }
  const book::command command = words[1] == "return" ? book::command(return_book{})
                                                     : book::command(lend_book{.title = title, .reader = words.back()});
  HOLON_TRY(const auto done, opened.node->run<book>(book_called(title), command, std::move(context)));
  std::cout << title << ": version " << done.version.value << '\n';
  return {};
}

bool understood(const std::vector<std::string>& words) {
  return words.size() >= 2 &&
         ((words[1] == "lend" && words.size() == 4) || (words[1] == "return" && words.size() == 3) ||
          (words[1] == "sequel" && words.size() == 5) || (words[1] == "loans" && words.size() == 2));
}

}  // namespace
}  // namespace library

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!library::understood(words)) {
    std::cerr << "usage: library FOLDER (lend TITLE READER | return TITLE | sequel TITLE FIRST READER | loans)\n";
    return 2;
  }
  const auto done = library::run(words);
  if (!done) std::cerr << to_string(done.error().code) << ": " << done.error().text << '\n';
  return done ? 0 : 1;
}
