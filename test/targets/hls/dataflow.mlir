// A chain of layers overlaps: every array or stream between them has one that writes it and one that reads it.
// RUN: edgecc %s --name=chain --target=hls --part=xc7z020 -o %t
// RUN: FileCheck %s --input-file=%t/chain_hls.cpp
// RUN: FileCheck %s --input-file=%t/chain_hls.json --check-prefix=REPORT

// CHECK: static void chain_kernel(const float x[2048], edgecc_stream<float, 8> &out) {
// CHECK: static void chain_kernel_2(edgecc_stream<float, 8> &x, float out[1]) {
// CHECK: void chain_top(const float input0[2048], float output0[1]) {
// CHECK: #pragma HLS DATAFLOW // every layer works on the next data while its successor reads the last
// CHECK: chain_load_input0(input0, [[IN:input0_local]]);
// CHECK: chain_kernel([[IN]], [[BETWEEN:[a-z0-9_]+]]);
// CHECK: chain_kernel_2([[BETWEEN]], [[OUT:output0_local]]);
// CHECK: chain_store_output0([[OUT]], output0);

// REPORT: "dataflow": true

func.func @chain(%x: tensor<8x256xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<8xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%r : tensor<8xf32>) -> tensor<8xf32>
  %sums = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "reduction"]} ins(%x : tensor<8x256xf32>) outs(%fill : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %o = tensor.empty() : tensor<f32>
  %start = linalg.fill ins(%zero : f32) outs(%o : tensor<f32>) -> tensor<f32>
  %largest = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>],
      iterator_types = ["reduction"]} ins(%sums : tensor<8xf32>) outs(%start : tensor<f32>) {
  ^bb0(%a: f32, %b: f32):
    %s = arith.maximumf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  return %largest : tensor<f32>
}
