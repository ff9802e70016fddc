// What operations on vectors become with NEON: an intrinsic where one says the same, else a helper that works lane by
// lane.

// RUN: edgecc %s --name=net --target=c --mattr=+neon -o %t/a64
// RUN: FileCheck %s --input-file=%t/a64/net.c --check-prefixes=CHECK,A64
// RUN: edgecc %s --name=net --target=c --mattr=+neon --mtriple=arm-linux-gnueabihf -o %t/arm
// RUN: FileCheck %s --input-file=%t/arm/net.c --check-prefixes=CHECK,ARM

// REQUIRES: cross-aarch64, cross-arm
// RUN: aarch64-linux-gnu-gcc -std=c99 -Wall -Wextra -pedantic -Werror -O2 -c %t/a64/net.c -o %t/a64.o
// RUN: arm-linux-gnueabihf-gcc -mfpu=neon -std=c99 -Wall -Wextra -pedantic -Werror -O2 -c %t/arm/net.c -o %t/arm.o

// Lanes of no register are those of a structure.
// CHECK: typedef struct {
// CHECK-NEXT:   double lane[{{[24]}}];
// CHECK-NEXT: } edgecc_f64x{{[24]}};

// CHECK: static inline float32x4_t edgecc_powf_f32x4(float32x4_t a, float32x4_t b) {
// CHECK:   for (int i = 0; i < 4; ++i)
// CHECK-NEXT: r[i] = powf(x[i], y[i]);

func.func @net(%a: tensor<14xf32>, %h: tensor<16xf16>, %u: tensor<16xui8>, %q: tensor<16xi8>, %d: tensor<4xf64>,
               %k: tensor<3x64xf32>)
    -> (tensor<14xf32>, tensor<14xf32>, tensor<16xf16>, tensor<16xui8>, tensor<14xi1>, tensor<14xf32>, tensor<16xf32>,
        tensor<14xi8>, tensor<4xf64>, tensor<14xf32>, tensor<3xf32>, tensor<14xf32>) {
  // Functions are polynomials, whose multiply-adds take constants as scalars.
  // A64: vfmaq_n_f32(vdupq_n_f32(0.5f), {{.*}}, 1.442695f)
  // ARM: vmlaq_n_f32(vdupq_n_f32(0.5f), {{.*}}, 1.442695f)
  // What fills no whole register is a half of one, and scalars.
  // CHECK: vld1_f32(x + 12)
  %exp = edge.exp %a : tensor<14xf32> -> tensor<14xf32>
  // CHECK: static void net_{{.*}}(const float *x, float *out) {
  // CHECK: vst1q_f32(out, edgecc_powf_f32x4(
  // CHECK: edgecc_powf_f32x2(
  %pow = edge.pow %a, %a : tensor<14xf32>, tensor<14xf32> -> tensor<14xf32>
  // Halves are stored as bits and computed in float.
  // A64: vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(x)))
  // ARM: edgecc_extf_f32x4(vld1_u16(x))
  %half = edge.add %h, %h : tensor<16xf16>, tensor<16xf16> -> tensor<16xf16>
  // Kernels have signed numbers; an unsigned operation says what it is.
  // CHECK: vreinterpretq_s8_u8(vmaxq_u8(vreinterpretq_u8_s8({{.*}}), vreinterpretq_u8_s8({{.*}})))
  %three = edge.constant dense<3> : tensor<ui8>
  %max = edge.max %u, %three : tensor<16xui8>, tensor<ui8> -> tensor<16xui8>
  // Comparisons make masks, of which a byte of 0 or 1 is stored.
  // CHECK: vshr_n_u8(edgecc_narrow_u32x4(vcltq_f32(
  %less = edge.less %a, %exp : tensor<14xf32>, tensor<14xf32> -> tensor<14xi1>
  // CHECK: vbslq_f32(
  %select = edge.select %less, %a, %exp : tensor<14xi1>, tensor<14xf32>, tensor<14xf32> -> tensor<14xf32>
  // Four bytes are half of a register.
  // CHECK: vcvtq_f32_s32(edgecc_widen_s8x4(edgecc_load_i8x4(x)))
  %wide = edge.cast %q : tensor<16xi8> -> tensor<16xf32>
  // CHECK: edgecc_store_i8x4(out, edgecc_narrow_s32x4(vcvtq_s32_f32(
  %narrow = edge.cast %a : tensor<14xf32> -> tensor<14xi8>
  // A64: vaddq_f64(
  // ARM: edgecc_addf_f64x2(
  %double = edge.add %d, %d : tensor<4xf64>, tensor<4xf64> -> tensor<4xf64>
  // CHECK: const edgecc_f64x4 {{.*}} = edgecc_extf_f64x4(vld1q_f32(x));
  %sin = edge.sin %a : tensor<14xf32> -> tensor<14xf32>
  // A64: vmaxvq_f32(
  // ARM: edgecc_max_across_f32x4(
  %reduce = edge.reduce max %k axes [1] : tensor<3x64xf32> -> tensor<3xf32>
  // A64: vrndnq_f32(
  // ARM: edgecc_roundeven_f32x4(
  %round = edge.round %a : tensor<14xf32> -> tensor<14xf32>
  return %exp, %pow, %half, %max, %less, %select, %wide, %narrow, %double, %sin, %reduce, %round
      : tensor<14xf32>, tensor<14xf32>, tensor<16xf16>, tensor<16xui8>, tensor<14xi1>, tensor<14xf32>, tensor<16xf32>,
        tensor<14xi8>, tensor<4xf64>, tensor<14xf32>, tensor<3xf32>, tensor<14xf32>
}
