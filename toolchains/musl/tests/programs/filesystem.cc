// SPDX-License-Identifier: Apache-2.0
// std::filesystem, in a new directory below the working directory.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "check.h"

namespace fs = std::filesystem;

static void paths() {
  fs::path path = "/a/b/../c.tar.gz";
  CHECK(path.lexically_normal() == "/a/c.tar.gz" && path.extension() == ".gz" && path.stem() == "c.tar");
  CHECK(fs::path("/a/b").lexically_relative("/a/c") == "../b");
}

static void files(const fs::path& root) {
  fs::create_directories(root / "one/two");
  std::ofstream(root / "one/file") << std::string(5000, 'x');
  CHECK(fs::file_size(root / "one/file") == 5000);
  CHECK(fs::copy_file(root / "one/file", root / "copy") && fs::exists(root / "copy"));
  fs::create_symlink("one/file", root / "link");
  CHECK(fs::is_symlink(root / "link") && fs::read_symlink(root / "link") == "one/file");
  CHECK(fs::equivalent(root / "link", root / "one/file") && fs::canonical(root / "link") == fs::canonical(root / "one/file"));
  fs::create_hard_link(root / "copy", root / "hard");
  CHECK(fs::hard_link_count(root / "copy") == 2);
  fs::permissions(root / "copy", fs::perms::owner_read);
  CHECK(fs::status(root / "copy").permissions() == fs::perms::owner_read);
  fs::rename(root / "hard", root / "one/two/moved");
  fs::resize_file(root / "one/file", 10);
  CHECK(fs::file_size(root / "link") == 10);
  CHECK(fs::last_write_time(root / "one/file") > fs::file_time_type::clock::now() - std::chrono::hours(1));
  CHECK(fs::space(root).capacity > 0);
}

static void walking(const fs::path& root) {
  std::set<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(root)) found.insert(entry.path().lexically_relative(root));
  CHECK((found == std::set<std::string>{"copy", "link", "one", "one/file", "one/two", "one/two/moved"}));
  std::error_code problem;
  CHECK(!fs::remove(root / "one", problem) && problem == std::errc::directory_not_empty);
  try {
    fs::file_size(root / "absent");
    CHECK(!"reached");
  } catch (const fs::filesystem_error& error) {
    CHECK(error.code() == std::errc::no_such_file_or_directory && error.path1() == root / "absent");
  }
  CHECK(fs::remove_all(root) == 7);
}

int main() {
  fs::path root = fs::current_path() / "filesystem-test";
  paths();
  files(root);
  walking(root);
  return report();
}
