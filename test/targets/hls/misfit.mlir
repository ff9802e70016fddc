// A model that is too large for the part: what it takes, what the part has, and which node takes most.
// RUN: not edgecc %s --name=many --target=hls --part=xc7z010 -o %t 2>&1 | FileCheck %s
// RUN: not ls %t/many_hls.cpp

// CHECK: the model does not fit xc7z010: with all arrays outside and nothing side by side its 1 kernels take
// CHECK-SAME: DSP
// CHECK-SAME: the part has 80 DSP, 120 BRAM18, 17600 LUT, 35200 FF
// CHECK-SAME: choose a larger --part

func.func @many(%x: tensor<64xf64>) -> tensor<64xf64> {
  %e = tensor.empty() : tensor<64xf64>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<64xf64>) outs(%e : tensor<64xf64>) {
  ^bb0(%a: f64, %b: f64):
    %s = math.tanh %a : f64
    %t = math.erf %s : f64
    %u = math.sin %t : f64
    %v = math.cos %u : f64
    linalg.yield %v : f64
  } -> tensor<64xf64>
  return %r : tensor<64xf64>
}
