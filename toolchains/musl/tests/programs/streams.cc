// SPDX-License-Identifier: Apache-2.0
// Text: streams, locales, formatting, conversions, regular expressions.
#include <charconv>
#include <chrono>
#include <codecvt>
#include <format>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <locale>
#include <print>
#include <regex>
#include <sstream>
#include <string>

#include "check.h"

static void formatting() {
  std::ostringstream out;
  out << std::hex << std::showbase << 255 << ' ' << std::setprecision(3) << 3.14159 << ' ' << std::boolalpha << true << ' ' << std::setw(6)
      << std::setfill('*') << std::dec << 42 << ' ' << std::hexfloat << 1.0;
  CHECK(out.str() == "0xff 3.14 true ****42 0x1p+0");
  CHECK(std::format("{:>8.3f}|{:#b}|{}|{:%F}", 2.5, 5, "text", std::chrono::sys_days(std::chrono::year(2024) / 2 / 29)) ==
        "   2.500|0b101|text|2024-02-29");
  char buffer[64];
  auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, 0.1);
  CHECK(problem == std::errc() && std::string(buffer, end) == "0.1");
  int number = 0;
  CHECK(std::from_chars(buffer, buffer, number).ec == std::errc::invalid_argument);
  CHECK(std::stod("1e308") == 1e308 && std::to_string(42) == "42");
}

static void reading() {
  std::istringstream in("12 0x1f 3.5 word\nline two");
  int decimal, hexadecimal;
  double real;
  std::string word, line;
  in >> decimal >> std::hex >> hexadecimal >> std::dec >> real >> word;
  CHECK(in.good() && decimal == 12 && hexadecimal == 31 && real == 3.5 && word == "word");
  CHECK(std::getline(in >> std::ws, line) && line == "line two" && in.eof());
  in.clear();
  in.exceptions(std::ios::failbit);
  try {
    in >> decimal;
    CHECK(!"reached");
  } catch (const std::ios_base::failure&) {
    CHECK(in.fail());
  }
}

struct Grouped : std::numpunct<char> {
  char do_thousands_sep() const override { return '\''; }
  std::string do_grouping() const override { return "\3"; }
};

static void locales() {
  CHECK(std::locale::classic().name() == "C");
  std::ostringstream out;
  out.imbue(std::locale(std::locale::classic(), new Grouped));
  out << 1234567;
  CHECK(out.str() == "1'234'567");
  std::locale utf8("C.UTF-8");
  CHECK(std::use_facet<std::ctype<wchar_t>>(utf8).toupper(L'\u00f6') == L'\u00d6');
  try {
    std::locale("no such locale with a name that long");
  } catch (const std::runtime_error&) {
  }
  std::wostringstream wide;
  wide << L"gr\u00f6\u00dfe" << 7;
  CHECK(wide.str() == L"gr\u00f6\u00dfe7");
  std::tm time{};
  std::istringstream date("2024-02-29");
  date >> std::get_time(&time, "%Y-%m-%d");
  CHECK(!date.fail() && time.tm_mon == 1 && time.tm_mday == 29);
}

static void expressions() {
  std::smatch found;
  std::string text = "key = value";
  CHECK(std::regex_match(text, found, std::regex(R"((\w+)\s*=\s*(\w+))")) && found[2] == "value");
  CHECK(std::regex_replace(text, std::regex("[aeiou]"), "_") == "k_y = v_l__");
}

int main() {
  formatting();
  reading();
  locales();
  expressions();
  std::cout << "cout" << std::endl;
  std::println("{}", "println");
  return report();
}
