// Candidates and moves; see Candidate.h.
#include "compiler/Search/Candidate.h"

#include <algorithm>

using namespace edgecc::search;

unsigned Setting::highest() const {
  unsigned rung = all;
  for (const auto &entry : own)
    rung = std::max(rung, entry.second);
  return rung;
}

unsigned Setting::of(unsigned layer) const {
  auto found = own.find(layer);
  return found == own.end() ? all : found->second;
}

std::optional<Candidate> edgecc::search::moved(const Space &space, const Candidate &candidate, const Move &move) {
  const Knob &knob = space[move.knob];
  Candidate next = candidate;
  Setting &setting = next[move.knob];
  int rung = static_cast<int>(move.layer ? setting.of(*move.layer) : setting.all) + move.delta;
  if (rung < 0 || rung >= static_cast<int>(knob.rungs.size()))
    return std::nullopt;
  if (move.layer)
    setting.own[*move.layer] = rung;
  else
    setting.all = rung;
  for (auto entry = setting.own.begin(); entry != setting.own.end();)
    entry = entry->second == setting.all ? setting.own.erase(entry) : std::next(entry);

  if (knob.implies && setting.highest() >= knob.impliesFrom && !next[*knob.implies].isOn())
    next[*knob.implies].all = 1;
  if (knob.excludes && setting.isOn()) {
    if (move.layer && next[*knob.excludes].isOn())
      return std::nullopt; // All layers would lose the other for the sake of one.
    next[*knob.excludes] = {};
  }
  // What another knob needs may not be turned off under it.
  for (size_t k = 0; k < space.size(); ++k)
    if (space[k].implies == move.knob && next[k].highest() >= space[k].impliesFrom && !setting.isOn())
      return std::nullopt;
  return next;
}
