// Layers that write and read an array once, from its first element to its last, exchange a queue instead.
// REQUIRES: gcc, g++
// RUN: rm -rf %t && split-file %s %t
// RUN: edgecc %t/chain.mlir --name=chain --target=hls --part=xc7a35t -o %t
// RUN: FileCheck %s --input-file=%t/chain_hls.cpp
// RUN: FileCheck %s --input-file=%t/chain_hls.json --check-prefix=REPORT
// RUN: hls-count %t chain | FileCheck %s --check-prefix=COUNT

// The vendor's queue where layers run at the same time, one that holds all words where they run in turn.
// CHECK: #if defined(__SYNTHESIS__) && !defined(__BAMBU__)
// CHECK-NEXT: #include <hls_stream.h>
// CHECK-NEXT: template <typename T, int words> using edgecc_stream = hls::stream<T>;
// CHECK: template <typename T, int words> class edgecc_stream {

// The first convolution has its input in an array, and writes its output word by word.
// CHECK: out: f32 [8, 8, 8], word by word
// CHECK: static void [[FIRST:chain_kernel[_0-9]*]](const float x[3072], edgecc_stream<float, 512> &out) {
// CHECK: EDGECC_PIPELINE({{[0-9]+}}) // words of a stream, one in a cycle
// CHECK: out.write(

// The second keeps the lines under its window. Those that no window needs are taken out all the same.
// CHECK: x: f32 [8, 8, 8], word by word
// CHECK: static void [[SECOND:chain_kernel[_0-9]*]](edgecc_stream<float, 512> &x, edgecc_stream<float, 144> &out) {
// CHECK: float lines[256];
// CHECK: EDGECC_PIPELINE(1) // a word of the stream in every cycle
// CHECK-NEXT: const float [[W:[a-z0-9]+]] = x.read();
// CHECK-NEXT: lines[i & 255] = [[W]];
// CHECK: EDGECC_PIPELINE(1) // words that no window needs
// CHECK-NEXT: x.read();

// The last reads all of its input before it begins.
// CHECK: static void [[LAST:chain_kernel[_0-9]*]](edgecc_stream<float, 144> &x, edgecc_stream<float, 16> &out) {
// CHECK: for (int i = 0; i < 144; ++i) {

// CHECK: void chain_top(const float input0[3072], float output0[16]) {
// CHECK: #pragma HLS DATAFLOW
// CHECK: edgecc_stream<float, 16> [[OUT:[a-z0-9_]+]];
// CHECK-NEXT: #pragma HLS STREAM variable=[[OUT]] depth=
// CHECK: chain_load_input0(input0, [[LOADED:[a-z0-9_]+]]);
// CHECK: [[FIRST]]([[LOADED]], [[A:[a-z0-9_]+]]);
// CHECK: [[SECOND]]([[A]], [[B:[a-z0-9_]+]]);
// CHECK: [[LAST]]([[B]], [[OUT]]);
// CHECK: chain_store_output0([[OUT]], output0);

// REPORT: "dataflow": true
// REPORT: "streams": [
// REPORT: "from": "[[FIRST:chain_kernel[_0-9]*]]",
// REPORT-NEXT: "to": "[[SECOND:chain_kernel[_0-9]*]]",
// REPORT-NEXT: "words": 512,
// REPORT-NEXT: "bits": 32,
// REPORT-NEXT: "depth": [[#]],
// REPORT-NEXT: "bram18": [[#]]
// COUNT: report and code agree

// It computes what the C99 computes, for both compilers and as PandA-Bambu sees it.
// RUN: gcc -std=c99 -O1 -Wno-unused-parameter -c %t/chain_host.c -o %t/host.o
// RUN: gcc -std=c99 -O1 -c %t/chain_reference.c -o %t/reference.o
// RUN: gcc -std=c99 -O1 -c %t/chain_reference_weights.c -o %t/weights.o
// RUN: g++ -std=c++14 -O1 -Wall -Wextra -Werror -Wno-unknown-pragmas %t/chain_tb.cpp %t/chain_hls.cpp %t/host.o %t/reference.o %t/weights.o -o %t/tb
// RUN: %t/tb | FileCheck %s --check-prefix=BENCH
// RUN: %host_cxx -std=c++14 -O1 -D__BAMBU__ -Wall -Wextra -Werror -Wno-unknown-pragmas %t/chain_tb.cpp %t/chain_hls.cpp %t/host.o %t/reference.o %t/weights.o -o %t/bambu
// RUN: %t/bambu | FileCheck %s --check-prefix=BENCH
// BENCH-COUNT-3: output0: 0 of 16 elements differ
// BENCH: passed

// So it does with all layers at the same time and room for one word in each queue: no layer waits for ever. The input is
// an array, and there before they begin.
// RUN: sed -E -f %t/threads.sed %t/chain_hls.cpp > %t/threads.cpp
// RUN: g++ -std=c++14 -O1 -D__SYNTHESIS__ -Wno-unknown-pragmas -pthread -I%t -I%t/include %t/chain_tb.cpp %t/threads.cpp %t/host.o %t/reference.o %t/weights.o -o %t/threads
// RUN: %t/threads | FileCheck %s --check-prefix=BENCH

// The reader of the text notices a word too few, and two in a cycle.
// RUN: mkdir %t/few %t/two && cp %t/chain_hls.json %t/few && cp %t/chain_hls.json %t/two
// RUN: sed 's/ i < 144;/ i < 143;/' %t/chain_hls.cpp > %t/few/chain_hls.cpp
// RUN: not hls-count %t/few chain | FileCheck %s --check-prefix=FEW
// RUN: sed 's/  x.read();/  x.read(); x.read();/' %t/chain_hls.cpp > %t/two/chain_hls.cpp
// RUN: not hls-count %t/two chain | FileCheck %s --check-prefix=TWO
// FEW: 1 write 144 and 1 read 143 of 144 words
// TWO: chain_kernel{{.*}}: x moves 2 words in 1 cycles

//--- chain.mlir
#x = affine_map<(h, w, c, p, q, d) -> (4 * h + p, 4 * w + q, d)>
#y = affine_map<(h, w, c, p, q, d) -> (2 * h + p, 2 * w + q, d)>
#weights = affine_map<(h, w, c, p, q, d) -> (p, q, d, c)>
#out = affine_map<(h, w, c, p, q, d) -> (h, w, c)>
func.func @chain(%x: tensor<32x32x3xf32>) -> tensor<16xf32> {
  %zero = arith.constant 0.0 : f32
  %v = arith.constant dense<0.5> : tensor<4x4x3x8xf32>
  %w = arith.constant dense<0.25> : tensor<3x3x8x16xf32>
  %u = arith.constant dense<0.125> : tensor<3x3x16x16xf32>
  %e = tensor.empty() : tensor<8x8x8xf32>
  %e0 = linalg.fill ins(%zero : f32) outs(%e : tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
  %first = linalg.generic {indexing_maps = [#x, #weights, #out],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %v : tensor<32x32x3xf32>, tensor<4x4x3x8xf32>) outs(%e0 : tensor<8x8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %m = arith.mulf %a, %b : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  } -> tensor<8x8x8xf32>
  %o = tensor.empty() : tensor<3x3x16xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%o : tensor<3x3x16xf32>) -> tensor<3x3x16xf32>
  %second = linalg.generic {indexing_maps = [#y, #weights, #out],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%first, %w : tensor<8x8x8xf32>, tensor<3x3x8x16xf32>) outs(%o0 : tensor<3x3x16xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %m = arith.mulf %a, %b : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  } -> tensor<3x3x16xf32>
  %p = tensor.empty() : tensor<16xf32>
  %p0 = linalg.fill ins(%zero : f32) outs(%p : tensor<16xf32>) -> tensor<16xf32>
  %third = linalg.generic {indexing_maps = [affine_map<(c, h, w, d) -> (h, w, d)>,
      affine_map<(c, h, w, d) -> (h, w, d, c)>, affine_map<(c, h, w, d) -> (c)>],
      iterator_types = ["parallel", "reduction", "reduction", "reduction"]}
      ins(%second, %u : tensor<3x3x16xf32>, tensor<3x3x16x16xf32>) outs(%p0 : tensor<16xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %m = arith.mulf %a, %b : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  } -> tensor<16xf32>
  return %third : tensor<16xf32>
}

//--- threads.sed
/^void chain_top/,/^}/{
  s/^  (chain_[ks][a-z0-9_]+\(.*\));$/  layers.emplace_back([\&] { \1; });/
  s/^}$/  for (std::thread \&layer : layers) layer.join();\n}/
  s/^(void chain_top.*)$/#include <thread>\n#include <vector>\n\1\n  std::vector<std::thread> layers;/
}

//--- include/hls_stream.h
#include <condition_variable>
#include <mutex>
namespace hls {
template <typename T> class stream {
public:
  T read() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return full; });
    full = false;
    changed.notify_one();
    return word;
  }
  void write(T value) {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return !full; });
    word = value;
    full = true;
    changed.notify_one();
  }

private:
  std::mutex mutex;
  std::condition_variable changed;
  bool full = false;
  T word;
};
}
