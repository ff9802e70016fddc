#id = affine_map<(d0) -> (d0)>
func.func @net(%x: tensor<8xf32>, %n: tensor<i64>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %v = math.exp %a : f32
    linalg.yield %v : f32
  } -> tensor<8xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %count = tensor.extract %n[] : tensor<i64>
  %end = arith.index_cast %count : i64 to index
  %z = scf.for %i = %c0 to %end step %c1 iter_args(%acc = %y) -> tensor<8xf32> {
    %f = tensor.empty() : tensor<8xf32>
    %next = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]} ins(%acc, %x : tensor<8xf32>, tensor<8xf32>) outs(%f : tensor<8xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %v = arith.addf %a, %b : f32
      linalg.yield %v : f32
    } -> tensor<8xf32>
    scf.yield %next : tensor<8xf32>
  }
  return %z : tensor<8xf32>
}
