// Every operation of the dialect, parsed, printed and parsed again.
// RUN: edgecc-opt %s | edgecc-opt | FileCheck %s

// CHECK-LABEL: @constants
func.func @constants() -> (tensor<2xi64>, tensor<3xf32>, tensor<2xui8>, tensor<2xi1>, tensor<0xf32>) {
  // CHECK: edge.constant dense<[1, 2]> : tensor<2xi64>
  %0 = edge.constant dense<[1, 2]> : tensor<2xi64>
  // CHECK: edge.constant dense_resource<weights> : tensor<3xf32>
  %1 = edge.constant dense_resource<weights> : tensor<3xf32>
  %2 = edge.constant dense<[0, 255]> : tensor<2xui8>
  %3 = edge.constant dense<[true, false]> : tensor<2xi1>
  %4 = edge.constant dense<> : tensor<0xf32>
  return %0, %1, %2, %3, %4 : tensor<2xi64>, tensor<3xf32>, tensor<2xui8>, tensor<2xi1>, tensor<0xf32>
}

// CHECK-LABEL: @bits
func.func @bits(%c: tensor<2x20xi1>, %w: tensor<3x4xi8>) -> tensor<2x4xi32> {
  // CHECK: edge.pack_bits %{{.*}} : tensor<2x20xi1> -> tensor<2x3xi8>
  %x = edge.pack_bits %c : tensor<2x20xi1> -> tensor<2x3xi8>
  // CHECK: edge.matmul %{{.*}}, %{{.*}} {bits} : tensor<2x3xi8>, tensor<3x4xi8> -> tensor<2x4xi32>
  %0 = edge.matmul %x, %w {bits} : tensor<2x3xi8>, tensor<3x4xi8> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// CHECK-LABEL: @unary
func.func @unary(%x: tensor<4xf32>, %i: tensor<4xi32>) {
  // CHECK: edge.abs %{{.*}} : tensor<4xf32> -> tensor<4xf32>
  %abs = edge.abs %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.neg
  %neg = edge.neg %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.exp
  %exp = edge.exp %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.log
  %log = edge.log %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.log1p
  %log1p = edge.log1p %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.sqrt
  %sqrt = edge.sqrt %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.floor
  %floor = edge.floor %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.ceil
  %ceil = edge.ceil %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.round
  %round = edge.round %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.sign
  %sign = edge.sign %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.sin
  %sin = edge.sin %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.cos
  %cos = edge.cos %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.tan
  %tan = edge.tan %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.asin
  %asin = edge.asin %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.acos
  %acos = edge.acos %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.atan
  %atan = edge.atan %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.sinh
  %sinh = edge.sinh %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.cosh
  %cosh = edge.cosh %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.tanh
  %tanh = edge.tanh %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.asinh
  %asinh = edge.asinh %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.acosh
  %acosh = edge.acosh %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.atanh
  %atanh = edge.atanh %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.erf
  %erf = edge.erf %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.sigmoid
  %sigmoid = edge.sigmoid %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.relu
  %relu = edge.relu %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: edge.not
  %not = edge.not %i : tensor<4xi32> -> tensor<4xi32>
  // CHECK: edge.is_nan %{{.*}} : tensor<4xf32> -> tensor<4xi1>
  %nan = edge.is_nan %x : tensor<4xf32> -> tensor<4xi1>
  // CHECK: edge.is_inf
  %inf = edge.is_inf %x : tensor<4xf32> -> tensor<4xi1>
  // CHECK: edge.cast %{{.*}} : tensor<4xf32> -> tensor<4xui8>
  %cast = edge.cast %x : tensor<4xf32> -> tensor<4xui8>
  %m = edge.constant dense<3> : tensor<i16>
  %o = edge.constant dense<[4, 5, 6, 7]> : tensor<4xi64>
  // CHECK: edge.rescale %{{.*}}, %{{.*}} by %{{.*}}, %{{.*}} plus %{{.*}} shift 3 : tensor<4xi32>, tensor<4xui8> by tensor<i16>, tensor<i16> plus tensor<4xi64> -> tensor<4xi8>
  %rescale = edge.rescale %i, %cast by %m, %m plus %o shift 3 : tensor<4xi32>, tensor<4xui8> by tensor<i16>, tensor<i16> plus tensor<4xi64> -> tensor<4xi8>
  return
}

// CHECK-LABEL: @binary
func.func @binary(%x: tensor<2x3xf32>, %y: tensor<3xf32>, %i: tensor<4xi32>, %b: tensor<2x1xi1>) {
  // CHECK: edge.add %{{.*}}, %{{.*}} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %add = edge.add %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.sub
  %sub = edge.sub %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.mul
  %mul = edge.mul %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.div
  %div = edge.div %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.rem
  %rem = edge.rem %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.mod
  %mod = edge.mod %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.pow
  %pow = edge.pow %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.max
  %max = edge.max %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.min
  %min = edge.min %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK: edge.and
  %and = edge.and %i, %i : tensor<4xi32>, tensor<4xi32> -> tensor<4xi32>
  // CHECK: edge.or
  %or = edge.or %i, %i : tensor<4xi32>, tensor<4xi32> -> tensor<4xi32>
  // CHECK: edge.xor
  %xor = edge.xor %i, %i : tensor<4xi32>, tensor<4xi32> -> tensor<4xi32>
  // CHECK: edge.shift_left
  %shl = edge.shift_left %i, %i : tensor<4xi32>, tensor<4xi32> -> tensor<4xi32>
  // CHECK: edge.shift_right
  %shr = edge.shift_right %i, %i : tensor<4xi32>, tensor<4xi32> -> tensor<4xi32>
  // CHECK: edge.equal %{{.*}}, %{{.*}} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  %equal = edge.equal %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  // CHECK: edge.less
  %less = edge.less %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  // CHECK: edge.less_or_equal
  %less_or_equal = edge.less_or_equal %x, %y : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  // CHECK: edge.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x1xi1>, tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %select = edge.select %b, %x, %y : tensor<2x1xi1>, tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  return
}

// CHECK-LABEL: @shape_and_data_movement
func.func @shape_and_data_movement(%x: tensor<2x3xf32>, %i: tensor<4xi64>, %j: tensor<2x1xi64>, %u: tensor<2x1xf32>, %v: tensor<2x3xf32>) {
  // CHECK: edge.reshape %{{.*}} : tensor<2x3xf32> -> tensor<6xf32>
  %reshape = edge.reshape %x : tensor<2x3xf32> -> tensor<6xf32>
  // CHECK: edge.broadcast_to %{{.*}} : tensor<2x3xf32> -> tensor<4x2x3xf32>
  %broadcast = edge.broadcast_to %x : tensor<2x3xf32> -> tensor<4x2x3xf32>
  // CHECK: edge.transpose %{{.*}} [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  %transpose = edge.transpose %x [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  // CHECK: edge.slice %{{.*}} starts [1, 0] sizes [2, 2] steps [-1, 2] : tensor<2x3xf32> -> tensor<2x2xf32>
  %slice = edge.slice %x starts [1, 0] sizes [2, 2] steps [-1, 2] : tensor<2x3xf32> -> tensor<2x2xf32>
  // CHECK: edge.concat %{{.*}}, %{{.*}} axis 0 : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<4x3xf32>
  %concat = edge.concat %x, %x axis 0 : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<4x3xf32>
  %value = edge.constant dense<1.0> : tensor<f32>
  // CHECK: edge.pad %{{.*}} value %{{.*}} : tensor<f32> low [0, 1] high [2, 0] mode constant : tensor<2x3xf32> -> tensor<4x4xf32>
  %pad = edge.pad %x value %value : tensor<f32> low [0, 1] high [2, 0] mode constant : tensor<2x3xf32> -> tensor<4x4xf32>
  // CHECK: edge.pad %{{.*}} low [0, 1] high [1, 0] mode reflect : tensor<2x3xf32> -> tensor<3x4xf32>
  %reflect = edge.pad %x low [0, 1] high [1, 0] mode reflect : tensor<2x3xf32> -> tensor<3x4xf32>
  // CHECK: edge.gather %{{.*}}[%{{.*}}] axis 1 : tensor<2x3xf32>, tensor<4xi64> -> tensor<2x4xf32>
  %gather = edge.gather %x[%i] axis 1 : tensor<2x3xf32>, tensor<4xi64> -> tensor<2x4xf32>
  // CHECK: edge.gather_elements %{{.*}}[%{{.*}}] axis 1 : tensor<2x3xf32>, tensor<2x1xi64> -> tensor<2x1xf32>
  %gather_elements = edge.gather_elements %x[%j] axis 1 : tensor<2x3xf32>, tensor<2x1xi64> -> tensor<2x1xf32>
  // CHECK: edge.gather_nd %{{.*}}[%{{.*}}] batch_dims 0 : tensor<2x3xf32>, tensor<2x1xi64> -> tensor<2x3xf32>
  %gather_nd = edge.gather_nd %x[%j] batch_dims 0 : tensor<2x3xf32>, tensor<2x1xi64> -> tensor<2x3xf32>
  // CHECK: edge.scatter_elements %{{.*}}[%{{.*}}] = %{{.*}} axis 1 mode add : tensor<2x3xf32>, tensor<2x1xi64>, tensor<2x1xf32> -> tensor<2x3xf32>
  %scatter_elements = edge.scatter_elements %x[%j] = %u axis 1 mode add : tensor<2x3xf32>, tensor<2x1xi64>, tensor<2x1xf32> -> tensor<2x3xf32>
  // CHECK: edge.scatter_nd %{{.*}}[%{{.*}}] = %{{.*}} mode assign : tensor<2x3xf32>, tensor<2x1xi64>, tensor<2x3xf32> -> tensor<2x3xf32>
  %scatter_nd = edge.scatter_nd %x[%j] = %v mode assign : tensor<2x3xf32>, tensor<2x1xi64>, tensor<2x3xf32> -> tensor<2x3xf32>
  return
}

// CHECK-LABEL: @reductions_and_scans
func.func @reductions_and_scans(%x: tensor<2x3xf32>) {
  // CHECK: edge.reduce mean %{{.*}} axes [1] : tensor<2x3xf32> -> tensor<2xf32>
  %reduce = edge.reduce mean %x axes [1] : tensor<2x3xf32> -> tensor<2xf32>
  // CHECK: edge.arg_reduce %{{.*}} axis 0 largest true select_last false : tensor<2x3xf32> -> tensor<3xi64>
  %arg = edge.arg_reduce %x axis 0 largest true select_last false : tensor<2x3xf32> -> tensor<3xi64>
  // CHECK: edge.top_k %{{.*}} k 2 axis 1 largest false : tensor<2x3xf32> -> tensor<2x2xf32>, tensor<2x2xi64>
  %top, %indices = edge.top_k %x k 2 axis 1 largest false : tensor<2x3xf32> -> tensor<2x2xf32>, tensor<2x2xi64>
  // CHECK: edge.cum_sum %{{.*}} axis 1 exclusive true reverse false : tensor<2x3xf32> -> tensor<2x3xf32>
  %sum = edge.cum_sum %x axis 1 exclusive true reverse false : tensor<2x3xf32> -> tensor<2x3xf32>
  // CHECK: edge.softmax %{{.*}} axis 1 : tensor<2x3xf32> -> tensor<2x3xf32>
  %softmax = edge.softmax %x axis 1 : tensor<2x3xf32> -> tensor<2x3xf32>
  return
}

// CHECK-LABEL: @products_and_windows
func.func @products_and_windows(%a: tensor<7x2x3xf32>, %b: tensor<3x4xf32>, %x: tensor<1x8x8x4xf32>, %w: tensor<3x3x2x6xf32>, %v: tensor<2x2x4x5xf32>) {
  // CHECK: edge.matmul %{{.*}}, %{{.*}} : tensor<7x2x3xf32>, tensor<3x4xf32> -> tensor<7x2x4xf32>
  %matmul = edge.matmul %a, %b : tensor<7x2x3xf32>, tensor<3x4xf32> -> tensor<7x2x4xf32>
  // CHECK: edge.conv %{{.*}}, %{{.*}} strides [2, 2] dilations [1, 1] pads [1, 1, 1, 1] group 2 : tensor<1x8x8x4xf32>, tensor<3x3x2x6xf32> -> tensor<1x4x4x6xf32>
  %conv = edge.conv %x, %w strides [2, 2] dilations [1, 1] pads [1, 1, 1, 1] group 2 : tensor<1x8x8x4xf32>, tensor<3x3x2x6xf32> -> tensor<1x4x4x6xf32>
  // CHECK: edge.conv_transpose %{{.*}}, %{{.*}} strides [2, 2] dilations [1, 1] pads [0, 0, 0, 0] output_padding [1, 0] group 1 : tensor<1x8x8x4xf32>, tensor<2x2x4x5xf32> -> tensor<1x17x16x5xf32>
  %transposed = edge.conv_transpose %x, %v strides [2, 2] dilations [1, 1] pads [0, 0, 0, 0] output_padding [1, 0] group 1 : tensor<1x8x8x4xf32>, tensor<2x2x4x5xf32> -> tensor<1x17x16x5xf32>
  // CHECK: edge.max_pool %{{.*}} kernel [2, 2] strides [2, 2] dilations [1, 1] pads [0, 0, 0, 0] : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
  %max = edge.max_pool %x kernel [2, 2] strides [2, 2] dilations [1, 1] pads [0, 0, 0, 0] : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
  // CHECK: edge.avg_pool %{{.*}} kernel [2, 2] strides [2, 2] dilations [1, 1] pads [0, 0, 1, 1] ceil_pads [1, 1] count_include_pad false : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
  %avg = edge.avg_pool %x kernel [2, 2] strides [2, 2] dilations [1, 1] pads [0, 0, 1, 1] ceil_pads [1, 1] count_include_pad false : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
  // CHECK: edge.resize linear %{{.*}} scales [1.000000e+00, 2.000000e+00, 2.000000e+00, 1.000000e+00] coordinates half_pixel rounding floor : tensor<1x8x8x4xf32> -> tensor<1x16x16x4xf32>
  %resize = edge.resize linear %x scales [1.0, 2.0, 2.0, 1.0] coordinates half_pixel rounding floor : tensor<1x8x8x4xf32> -> tensor<1x16x16x4xf32>
  return
}

// CHECK-LABEL: @sequences
func.func @sequences(%x: tensor<5x1x3xf32>, %w4: tensor<3x8xf32>, %r4: tensor<2x8xf32>, %b4: tensor<8xf32>, %h: tensor<1x2xf32>, %p: tensor<6xf32>, %w3: tensor<3x6xf32>, %r3: tensor<2x6xf32>, %b3: tensor<6xf32>, %w1: tensor<3x2xf32>, %r1: tensor<2x2xf32>, %b1: tensor<2xf32>) {
  // CHECK: edge.lstm {{.*}} peephole %{{.*}} : tensor<6xf32> reverse false input_forget false activations [0, 1, 1]
  %y, %y_h, %y_c = edge.lstm %x, %w4, %r4, %b4, %h, %h peephole %p : tensor<6xf32> reverse false input_forget false activations [0, 1, 1] : tensor<5x1x3xf32>, tensor<3x8xf32>, tensor<2x8xf32>, tensor<8xf32>, tensor<1x2xf32>, tensor<1x2xf32> -> tensor<5x1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
  // CHECK: edge.gru {{.*}} reverse true linear_before_reset true activations [0, 1]
  %g, %g_h = edge.gru %x, %w3, %r3, %b3, %b3, %h reverse true linear_before_reset true activations [0, 1] : tensor<5x1x3xf32>, tensor<3x6xf32>, tensor<2x6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<1x2xf32> -> tensor<5x1x2xf32>, tensor<1x2xf32>
  // CHECK: edge.rnn {{.*}} reverse false activations [1] {clip = 3.000000e+00 : f64}
  %n, %n_h = edge.rnn %x, %w1, %r1, %b1, %h reverse false activations [1] {clip = 3.0 : f64} : tensor<5x1x3xf32>, tensor<3x2xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<1x2xf32> -> tensor<5x1x2xf32>, tensor<1x2xf32>
  return
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000803F0000004000004040"
    }
  }
#-}

// Products of integers of 8 and 16 bits are i32.
// CHECK-LABEL: @narrow_products
func.func @narrow_products(%a: tensor<2x3xi16>, %b: tensor<3x4xi8>, %x: tensor<1x8x4xui8>, %w: tensor<3x4x6xi8>) {
  // CHECK: edge.matmul %{{.*}}, %{{.*}} : tensor<2x3xi16>, tensor<3x4xi8> -> tensor<2x4xi32>
  %matmul = edge.matmul %a, %b : tensor<2x3xi16>, tensor<3x4xi8> -> tensor<2x4xi32>
  // CHECK: edge.conv %{{.*}}, %{{.*}} strides [1] dilations [1] pads [1, 1] group 1 : tensor<1x8x4xui8>, tensor<3x4x6xi8> -> tensor<1x8x6xi32>
  %conv = edge.conv %x, %w strides [1] dilations [1] pads [1, 1] group 1 : tensor<1x8x4xui8>, tensor<3x4x6xi8> -> tensor<1x8x6xi32>
  // CHECK: edge.conv_transpose %{{.*}}, %{{.*}} strides [2] dilations [1] pads [0, 0] output_padding [0] group 1 : tensor<1x8x4xui8>, tensor<3x4x6xi8> -> tensor<1x17x6xi32>
  %transposed = edge.conv_transpose %x, %w strides [2] dilations [1] pads [0, 0] output_padding [0] group 1 : tensor<1x8x4xui8>, tensor<3x4x6xi8> -> tensor<1x17x6xi32>
  return
}
