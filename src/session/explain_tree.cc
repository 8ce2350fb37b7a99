// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/explain_tree.h"

#include <algorithm>
#include <vector>

namespace bowstring {
namespace {

constexpr size_t kInner = 27;  // columns inside a box
constexpr size_t kWidth = kInner + 2;

struct Node {
  std::string name;
  std::vector<std::string> lines;  // what stands in the box
  std::vector<int> inputs;
  int row = 0, column = 0;
};

size_t Characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

/// The first bytes of a text that make so many characters.
size_t BytesOf(std::string_view text, size_t characters) {
  size_t at = 0;
  for (; at < text.size() && characters > 0; --characters) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return at;
}

std::string Centered(std::string_view text) {
  const size_t blanks = kInner - std::min(kInner, Characters(text));
  const size_t left = (blanks + 1) / 2;
  return std::string(left, ' ') + std::string(text) + std::string(blanks - left, ' ');
}

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

/// "a=[x, y], b=z" at the commas that no bracket holds.
std::vector<std::string> Details(std::string_view text) {
  std::vector<std::string> parts;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size()) {
      if (text[i] == '[' || text[i] == '(' || text[i] == '{') ++depth;
      if (text[i] == ']' || text[i] == ')' || text[i] == '}') --depth;
      if (depth > 0 || text[i] != ',') continue;
    }
    std::string_view part = text.substr(begin, i - begin);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    if (!part.empty()) parts.emplace_back(part);
    begin = i + 1;
  }
  return parts;
}

void AddWrapped(std::string_view text, std::vector<std::string>* lines) {
  while (!text.empty()) {
    const size_t bytes = BytesOf(text, kInner - 2);
    lines->emplace_back(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
}

Node Parse(std::string_view line) {
  Node node;
  const size_t colon = line.find(':');
  node.name = line.substr(0, colon);
  if (colon == std::string_view::npos) return node;
  for (const std::string& detail : Details(line.substr(colon + 1))) {
    const size_t equals = detail.find('=');
    const bool pair = equals != std::string::npos && detail.find_first_of(" (") > equals && equals + 1 < detail.size() && detail[equals + 1] != '=';
    if (!pair) {
      AddWrapped(detail, &node.lines);
      continue;
    }
    const std::string key = detail.substr(0, equals) + ":", value = detail.substr(equals + 1);
    if (Characters(key) + 1 + Characters(value) <= kInner - 2) {
      node.lines.push_back(key + " " + value);
    } else {
      if (!node.lines.empty()) node.lines.push_back("");
      node.lines.push_back(key);
      AddWrapped(value, &node.lines);
    }
  }
  return node;
}

}  // namespace

std::string RenderTree(std::string_view plan) {
  std::vector<Node> nodes;
  std::vector<int> open;  // the path to the last node
  while (!plan.empty()) {
    const size_t end = std::min(plan.find('\n'), plan.size());
    std::string_view line = plan.substr(0, end);
    plan.remove_prefix(std::min(end + 1, plan.size()));
    const size_t blanks = line.find_first_not_of(' ');
    if (blanks == std::string_view::npos) continue;
    const size_t level = std::min(blanks / 2, open.size());
    open.resize(level);
    Node node = Parse(line.substr(blanks));
    node.row = static_cast<int>(level);
    const int index = static_cast<int>(nodes.size());
    if (level > 0) nodes[open[level - 1]].inputs.push_back(index);
    open.push_back(index);
    nodes.push_back(std::move(node));
  }
  // The first input stands below its reader, others each in columns of their own.
  int columns = 0, rows = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {  // parents come before their inputs, and a subtree's nodes one after the other
    rows = std::max(rows, nodes[i].row + 1);
    bool first = i == 0;
    int parent = -1;
    for (size_t p = 0; p < i && parent < 0; ++p) {
      const auto at = std::find(nodes[p].inputs.begin(), nodes[p].inputs.end(), static_cast<int>(i));
      if (at == nodes[p].inputs.end()) continue;
      parent = static_cast<int>(p);
      first = at == nodes[p].inputs.begin();
    }
    nodes[i].column = parent < 0 ? 0 : first ? nodes[parent].column : columns;
    columns = std::max(columns, nodes[i].column + 1);
  }
  std::string text;
  const auto put = [&](std::vector<std::string> cells) {
    std::string line;
    for (const std::string& cell : cells) line += cell.empty() ? std::string(kWidth, ' ') : cell;
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  for (int row = 0; row < rows; ++row) {
    std::vector<const Node*> at(columns, nullptr);
    for (const Node& node : nodes) {
      if (node.row == row) at[node.column] = &node;
    }
    size_t height = 1;
    for (const Node* node : at) {
      if (node != nullptr && !node->lines.empty()) height = std::max(height, node->lines.size() + 2);
    }
    std::vector<std::string> cells(columns);
    for (int c = 0; c < columns; ++c) {
      if (at[c] == nullptr) continue;
      cells[c] = row == 0 ? "┌" + Repeat("─", kInner) + "┐" : "┌" + Repeat("─", kInner / 2) + "┴" + Repeat("─", kInner / 2) + "┐";
    }
    put(cells);
    const size_t branch = height / 2;  // the line from which inputs to the right hang
    for (size_t line = 0; line < height; ++line) {
      cells.assign(columns, "");
      std::string across;  // beside a node with several inputs, until the last of them
      int last = -1;
      for (int c = 0; c < columns; ++c) {
        if (at[c] == nullptr) {
          if (line < branch || c > last) continue;
          bool here = false;
          for (const Node& node : nodes) here |= node.row == row + 1 && node.column == c;
          if (line == branch) {
            cells[c] = !here ? Repeat("─", kWidth)
                             : Repeat("─", kWidth / 2) + (c == last ? "┐" + std::string(kWidth / 2, ' ') : "┬" + Repeat("─", kWidth / 2));
          } else if (here) {
            cells[c] = std::string(kWidth / 2, ' ') + "│" + std::string(kWidth / 2, ' ');
          }
          continue;
        }
        const Node& node = *at[c];
        std::string content;
        if (line == 0) {
          content = node.name;
        } else if (line == 1 && !node.lines.empty()) {
          content = "--------------------";
        } else if (line >= 2 && line - 2 < node.lines.size()) {
          content = node.lines[line - 2];
        }
        last = c;
        for (int input : node.inputs) last = std::max(last, nodes[input].column);
        cells[c] = "│" + Centered(content) + (line == branch && last > c ? "├" : "│");
      }
      put(cells);
    }
    cells.assign(columns, "");
    int last = -1;
    for (int c = 0; c < columns; ++c) {
      if (at[c] == nullptr) {
        bool here = false;
        for (const Node& node : nodes) here |= node.row == row + 1 && node.column == c;
        if (here && c <= last) cells[c] = std::string(kWidth / 2, ' ') + "│" + std::string(kWidth / 2, ' ');
        continue;
      }
      last = c;
      for (int input : at[c]->inputs) last = std::max(last, nodes[input].column);
      cells[c] = at[c]->inputs.empty() ? "└" + Repeat("─", kInner) + "┘" : "└" + Repeat("─", kInner / 2) + "┬" + Repeat("─", kInner / 2) + "┘";
    }
    put(cells);
  }
  return text;
}

}  // namespace bowstring
