// The table of parts, after the vendor's product tables (DS190, DS180, DS891, DS962).
#include "targets/hls/Part.h"

#include <string>

using namespace llvm;
using namespace edgecc::hls;

static constexpr Part table[] = {
    {"xc7z010", "xc7z010clg400-1", "xc7z020-1clg484-VVD", {80, 120, 17600, 35200}},
    {"xc7a35t", "xc7a35tcpg236-1", "xc7a100t-1csg324-VVD", {90, 100, 20800, 41600}},
    {"xc7z020", "xc7z020clg484-1", "xc7z020-1clg484-VVD", {220, 280, 53200, 106400}},
    {"xc7a100t", "xc7a100tcsg324-1", "xc7a100t-1csg324-VVD", {240, 270, 63400, 126800}},
    {"xczu3eg", "xczu3eg-sbva484-1-e", "xcku060-3ffva1156-VVD", {360, 432, 70560, 141120}, 0, 200, 0.75},
    {"xck26", "xck26-sfvc784-2LV-c", "xcku060-3ffva1156-VVD", {1248, 288, 117120, 234240}, 64, 200, 0.75},
    {"xc7k325t", "xc7k325tffg900-2", "xc7vx485t-2ffg1761-VVD", {840, 890, 203800, 407600}},
    {"xc7z045", "xc7z045ffg900-2", "xc7vx485t-2ffg1761-VVD", {900, 1090, 218600, 437200}},
    {"xczu7ev", "xczu7ev-ffvc1156-2-e", "xcku060-3ffva1156-VVD", {1728, 624, 230400, 460800}, 96, 200, 0.75},
    {"xczu9eg", "xczu9eg-ffvb1156-2-e", "xcku060-3ffva1156-VVD", {2520, 1824, 274080, 548160}, 0, 200, 0.75},
    {"xcku115", "xcku115-flvb2104-2-e", "xcku060-3ffva1156-VVD", {5520, 4320, 663360, 1326720}, 0, 200, 0.75},
    {"xcu250", "xcu250-figd2104-2L-e", "xcu55c-2Lfsvh2892-VVD", {12288, 5376, 1728000, 3456000}, 1280, 200, 0.75},
};

Resources &Resources::operator+=(const Resources &other) {
  dsp += other.dsp;
  bram += other.bram;
  lut += other.lut;
  ff += other.ff;
  return *this;
}

bool Resources::fits(const Resources &budget) const {
  return dsp <= budget.dsp && bram <= budget.bram && lut <= budget.lut && ff <= budget.ff;
}

double Resources::shareOf(const Resources &budget) const {
  return static_cast<double>(dsp) / budget.dsp + static_cast<double>(bram) / budget.bram +
         static_cast<double>(lut) / budget.lut + static_cast<double>(ff) / budget.ff;
}

ArrayRef<Part> edgecc::hls::parts() { return table; }

Expected<const Part *> edgecc::hls::findPart(StringRef name) {
  std::string known;
  for (const Part &part : table) {
    if (part.name == name)
      return &part;
    known += (known.empty() ? "" : ", ") + part.name.str();
  }
  return createStringError("--part=" + name + " is not known; parts are: " + known);
}
