// What a search chooses from: methods, each with amounts in order of how much they take away, for all layers or single
// ones.
#ifndef EDGECC_COMPILER_SEARCH_CANDIDATE_H
#define EDGECC_COMPILER_SEARCH_CANDIDATE_H

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace edgecc::search {

/// One method. Its amounts are rungs of a ladder: rung 0 is off, and each takes more away than the one below.
struct Knob {
  std::string name;
  std::vector<std::string> rungs;  ///< Texts of the amounts.
  std::vector<std::string> layers; ///< Those that may have a rung of their own, the largest first.
  std::optional<unsigned> implies; ///< Another knob, which is on where this is at least at `impliesFrom`.
  unsigned impliesFrom = 1;
  std::optional<unsigned> excludes; ///< Another knob, which is off where this is on.
};

using Space = std::vector<Knob>;

struct Setting {
  unsigned all = 0;                 ///< The rung of every layer without its own.
  std::map<unsigned, unsigned> own; ///< Rungs by layer.

  bool isOn() const { return highest() > 0; }
  unsigned highest() const;
  unsigned of(unsigned layer) const;
  bool operator==(const Setting &other) const { return all == other.all && own == other.own; }
  bool operator<(const Setting &other) const { return std::tie(all, own) < std::tie(other.all, other.own); }
};

/// One setting for each knob.
using Candidate = std::vector<Setting>;

/// A change of one rung: of a layer's own, or of all that have none.
struct Move {
  unsigned knob;
  std::optional<unsigned> layer;
  int delta;
};

/// `candidate` after `move`; nothing where the ladder ends or another knob forbids it. A move that turns a method on
/// also does what it implies and excludes.
std::optional<Candidate> moved(const Space &space, const Candidate &candidate, const Move &move);

} // namespace edgecc::search

#endif
