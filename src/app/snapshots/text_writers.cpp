#include "app/snapshots/text_writers.hpp"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "core/csv_writer.hpp"
#include "core/json.hpp"

namespace annals {
namespace {

/// A file for each table.
class TableFiles {
 public:
  TableFiles(const std::filesystem::path& directory, std::string_view extension) {
    for (const auto& table : snapshot_tables()) {
      names_.push_back(fmt::format("{}.{}", table.name, extension));
      auto& file = files_.emplace_back();
      file.open(directory / names_.back(), std::ios::binary | std::ios::trunc);
      require(file, names_.back());
    }
  }

  void write(std::size_t table, std::string_view bytes) {
    files_[table].write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    require(files_[table], names_[table]);
  }
  void close() {
    for (std::size_t at = 0; at < files_.size(); ++at) {
      files_[at].close();
      require(files_[at], names_[at]);
    }
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  static void require(const std::ofstream& file, const std::string& name) {
    if (!file) throw std::runtime_error(name + " cannot be written; make room on the disk or check the permissions");
  }

  std::vector<std::string> names_;
  std::vector<std::ofstream> files_;
};

/// `Lines` says how a table begins and how a row looks.
template <class Lines>
class TextWriter : public SnapshotWriter {
 public:
  explicit TextWriter(const std::filesystem::path& directory) : files_(directory, Lines::kExtension) {
    const auto tables = snapshot_tables();
    for (std::size_t at = 0; at < tables.size(); ++at) {
      line_.clear();
      Lines::append_head(line_, tables[at]);
      files_.write(at, line_);
    }
  }

  void add(TableId table, const SnapshotRow& row) override {
    const auto at = static_cast<std::size_t>(table);
    line_.clear();
    Lines::append_row(line_, snapshot_tables()[at], row);
    files_.write(at, line_);
  }
  void finish() override { files_.close(); }
  std::vector<std::string> files() const override { return files_.names(); }

 private:
  TableFiles files_;
  std::string line_;
};

struct Ndjson {
  static constexpr std::string_view kExtension = "ndjson";
  static void append_head(std::string&, const SnapshotTable&) {}
  static void append_row(std::string& out, const SnapshotTable& table, const SnapshotRow& row) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      out += at == 0 ? '{' : ',';
      append_json_string(out, table.columns[at].name);
      out += ':';
      append_json_cell(out, table.columns[at].type, row[at]);
    }
    out += "}\n";
  }
};

struct Csv {
  static constexpr std::string_view kExtension = "csv";
  static void append_head(std::string& out, const SnapshotTable& table) {
    for (const auto& column : table.columns) {
      if (!out.empty()) out += ',';
      append_csv_field(out, column.name);
    }
    out += "\r\n";
  }
  static void append_row(std::string& out, const SnapshotTable& table, const SnapshotRow& row) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (at > 0) out += ',';
      append_cell(out, table.columns[at].type, row[at]);
    }
    out += "\r\n";
  }

 private:
  static void append_cell(std::string& out, ColumnType type, const SnapshotCell& cell) {
    if (std::holds_alternative<std::monostate>(cell)) return;
    if (const auto* text = std::get_if<std::string>(&cell)) {
      if (text->empty()) out += "\"\"";
      return append_csv_field(out, *text);
    }
    append_json_cell(out, type, cell);
  }
};

}  // namespace

std::unique_ptr<SnapshotWriter> make_ndjson_writer(const std::filesystem::path& directory) {
  return std::make_unique<TextWriter<Ndjson>>(directory);
}

std::unique_ptr<SnapshotWriter> make_csv_writer(const std::filesystem::path& directory) {
  return std::make_unique<TextWriter<Csv>>(directory);
}

}  // namespace annals
