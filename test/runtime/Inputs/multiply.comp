// product[i] = a[i] * b[i]; `nothing` is an operand of 0 bytes.
#version 450
layout(local_size_x = 8) in;
layout(set = 0, binding = 0, std430) readonly buffer A { uint a[]; };
layout(set = 0, binding = 1, std430) readonly buffer B { uint b[]; };
layout(set = 0, binding = 2, std430) readonly buffer Nothing { uint nothing[]; };
layout(set = 0, binding = 3, std430) writeonly buffer Product { uint product[]; };
layout(push_constant) uniform Begin { int a_begin, b_begin, nothing_begin, product_begin; };

void main() {
  uint i = gl_GlobalInvocationID.x;
  product[product_begin + i] = a[a_begin + i] * b[b_begin + i];
}
