// With NEON, the register tile of a convolution is vectors, and multiply-adds take one lane of a register. GCC keeps the
// tile in registers: no instruction between the multiply-adds of an innermost loop touches the stack.

// RUN: edgecc %s --name=hot --target=c --mattr=+neon --mtriple=aarch64-linux-gnu -o %t/a64
// RUN: FileCheck %s --input-file=%t/a64/hot.c --check-prefixes=CHECK,A64
// RUN: edgecc %s --name=hot --target=c --mattr=+neon --mtriple=arm-linux-gnueabihf -o %t/arm
// RUN: FileCheck %s --input-file=%t/arm/hot.c --check-prefixes=CHECK,ARM

// REQUIRES: cross-aarch64, cross-arm
// RUN: aarch64-linux-gnu-gcc -std=c99 -Wall -Wextra -pedantic -Werror -O2 -fno-toplevel-reorder -S %t/a64/hot.c -o %t/a64.s
// RUN: FileCheck %s --input-file=%t/a64.s --check-prefix=A64-ASM
// RUN: arm-linux-gnueabihf-gcc -mfpu=neon-vfpv4 -std=c99 -Wall -Wextra -pedantic -Werror -O2 -fno-toplevel-reorder -S %t/arm/hot.c -o %t/arm.s
// RUN: FileCheck %s --input-file=%t/arm.s --check-prefix=ARM-ASM

func.func @hot(%image: tensor<1x50x50x64xf32>) -> tensor<1x46x46x64xf32> {
  // Weights that are not all equal, for those would be folded.
  %two = edge.constant dense<[0.1, 0.2]> : tensor<2xf32>
  %w3_same = edge.constant dense<0.1> : tensor<18432x2xf32>
  %w3_sum = edge.add %w3_same, %two : tensor<18432x2xf32>, tensor<2xf32> -> tensor<18432x2xf32>
  %w3 = edge.reshape %w3_sum : tensor<18432x2xf32> -> tensor<3x3x64x64xf32>
  %wd_same = edge.constant dense<0.3> : tensor<288x2xf32>
  %wd_sum = edge.add %wd_same, %two : tensor<288x2xf32>, tensor<2xf32> -> tensor<288x2xf32>
  %wd = edge.reshape %wd_sum : tensor<288x2xf32> -> tensor<3x3x1x64xf32>
  %0 = edge.conv %image, %w3 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x50x50x64xf32>, tensor<3x3x64x64xf32> -> tensor<1x48x48x64xf32> loc("conv3x3")
  %1 = edge.conv %0, %wd strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 64 : tensor<1x48x48x64xf32>, tensor<3x3x1x64xf32> -> tensor<1x46x46x64xf32> loc("depthwise")
  return %1 : tensor<1x46x46x64xf32>
}

// CHECK: #include <arm_neon.h>
// CHECK: static void hot_conv3x3(const float *x, const float *w, float *out) {
// CHECK: float32x4_t [[SUM:sum[0-9]*]] = vdupq_n_f32(0.0f);
// CHECK: for (int kh = 0; kh < 3; ++kh) {
// CHECK-NEXT: const int
// CHECK: for (int kw_ic = 0; kw_ic < 192; kw_ic += {{[24]}}) {
// CHECK: const float32x4_t [[V:v[0-9]*]] = vld1q_f32(x + {{.*}});
// CHECK: const float32x4_t [[W:v[0-9]*]] = vld1q_f32(w + {{.*}});
// Each step of a sum is a statement of its own.
// A64: [[SUM]] = vfmaq_laneq_f32([[SUM]], [[W]], [[V]], 0);
// A64: [[SUM]] = vfmaq_laneq_f32([[SUM]], {{v[0-9]*}}, [[V]], 3);
// ARM: [[SUM]] = vmlaq_lane_f32([[SUM]], [[W]], vget_low_f32([[V]]), 0);
// ARM: [[SUM]] = vmlaq_lane_f32([[SUM]], {{v[0-9]*}}, vget_high_f32([[V]]), 1);
// CHECK: }
// CHECK: vst1q_f32(out + {{.*}}, [[SUM]]);

// A64-ASM-LABEL: hot_conv3x3{{.*}}:
// A64-ASM: fmla v{{[0-9]+}}.4s, v{{[0-9]+}}.4s, v{{[0-9]+}}.s[0]
// A64-ASM-NOT: sp
// A64-ASM: bne
// A64-ASM-LABEL: hot_depthwise{{.*}}:
// A64-ASM: fmla
// A64-ASM-NOT: sp
// A64-ASM: bne
// ARM-ASM-LABEL: hot_conv3x3{{.*}}:
// ARM-ASM: vmla.f32 q{{[0-9]+}}, q{{[0-9]+}}, d{{[0-9]+}}[0]
// ARM-ASM-NOT: sp
// ARM-ASM: bne
// ARM-ASM-LABEL: hot_depthwise{{.*}}:
// ARM-ASM: vmla
// ARM-ASM-NOT: sp
// ARM-ASM: bne
