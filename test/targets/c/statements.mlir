// What the printer does with values, loops and memory, on small functions in linalg.

// RUN: edgecc %s --name=net --target=c -o %t && FileCheck %s --input-file=%t/net.c

// A value that is used once is part of the expression that uses it.
// CHECK: static void net_{{.*}}(const float *x, float *out) {
// CHECK-NEXT: for (int i = 0; i < 8; ++i) {
// CHECK-NEXT: out[i] = expf(x[i]);

// Halves are stored as bits and computed in float.
// CHECK: static void net_{{.*}}(const uint16_t *x, uint16_t *out) {
// CHECK: const float t = edgecc_from_f16(x[i]);
// CHECK-NEXT: out[i] = edgecc_to_f16(t + t);

// Integers wrap around.
// CHECK: out[{{.*}}] = edgecc_mul_i32({{.*}});

// Booleans and unsigned numbers keep their types in the interface; kernels have bytes and signed numbers.
// CHECK: int net_run(const float *{{.*}}, const uint16_t *{{.*}}, const int32_t *{{.*}}, const uint8_t *{{.*}}
func.func @net(%a: tensor<8xf32>, %h: tensor<8xf16>, %i: tensor<8xi32>, %u: tensor<8xui8>)
    -> (tensor<8xf32>, tensor<8xf16>, tensor<8xi32>, tensor<8xui8>) {
  %r = edge.exp %a : tensor<8xf32> -> tensor<8xf32>
  %s = edge.add %h, %h : tensor<8xf16>, tensor<8xf16> -> tensor<8xf16>
  %m = edge.mul %i, %i : tensor<8xi32>, tensor<8xi32> -> tensor<8xi32>
  %v = edge.max %u, %u : tensor<8xui8>, tensor<8xui8> -> tensor<8xui8>
  return %r, %s, %m, %v : tensor<8xf32>, tensor<8xf16>, tensor<8xi32>, tensor<8xui8>
}
