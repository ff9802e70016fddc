// A convolution over an image that does not fit the part keeps the lines under its window in a ring, and fetches every
// word once.
// REQUIRES: gcc, g++
// RUN: edgecc %s --name=edges --target=hls --part=xc7z020 -o %t
// RUN: FileCheck %s --input-file=%t/edges_hls.cpp
// RUN: hls-count %t edges | FileCheck %s --check-prefix=COUNT

// CHECK: static void edges_kernel_2(const float x[262144], float out[258064]) {
// CHECK: float lines[4096];
// CHECK: for (int i = 0; i < 2048; ++i) {
// CHECK-NEXT: EDGECC_PIPELINE(1) // one burst of words that are new
// CHECK-NEXT: lines[i & 4095] = x[i];
// CHECK: for (int i0 = 0; i0 < 254; ++i0) {
// CHECK: for (int i = 0; i < 1024; ++i) {
// CHECK: lines[[[AT:at[0-9]*]] & 4095] = x[[[AT]]];
// CHECK: void edges_top(const float input0[262144], float output0[258064]) {
// COUNT: report and code agree

// RUN: gcc -std=c99 -O1 -Wno-unused-parameter -c %t/edges_host.c -o %t/host.o
// RUN: gcc -std=c99 -O1 -c %t/edges_reference.c -o %t/reference.o
// RUN: gcc -std=c99 -O1 -c %t/edges_reference_weights.c -o %t/weights.o
// RUN: g++ -std=c++14 -O1 -Wno-unknown-pragmas %t/edges_tb.cpp %t/edges_hls.cpp %t/host.o %t/reference.o %t/weights.o -o %t/tb
// RUN: %t/tb | FileCheck %s --check-prefix=BENCH
// BENCH-COUNT-3: output0: 0 of 258064 elements differ
// BENCH: passed

func.func @edges(%x: tensor<256x256x4xf32>) -> tensor<254x254x4xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [1.0, -1.0, 1.0, -1.0]],
                              [[2.0, 1.0, 0.5, 0.2], [3.0, 5.0, 2.0, 1.0], [4.0, -2.0, 3.0, 1.0]]]> : tensor<2x3x4xf32>
  %e = tensor.empty() : tensor<254x254x4xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e : tensor<254x254x4xf32>) -> tensor<254x254x4xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j, c, p, q) -> (i + 2 * p, j + q, c)>,
      affine_map<(i, j, c, p, q) -> (p, q, c)>, affine_map<(i, j, c, p, q) -> (i, j, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"],
      "edge.loops" = ["i0", "j0", "c0", "p0", "q0"]}
      ins(%x, %w : tensor<256x256x4xf32>, tensor<2x3x4xf32>) outs(%fill : tensor<254x254x4xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %m = arith.mulf %a, %b : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  } -> tensor<254x254x4xf32>
  return %r : tensor<254x254x4xf32>
}
