// sum[i] += term[i]; `sum` is read and written through one binding.
#version 450
layout(local_size_x = 8) in;
layout(set = 0, binding = 0, std430) readonly buffer Term { uint term[]; };
layout(set = 0, binding = 1, std430) buffer Sum { uint sum[]; };
layout(push_constant) uniform Begin { int term_begin, sum_begin; };

void main() {
  uint i = gl_GlobalInvocationID.x;
  sum[sum_begin + i] += term[term_begin + i];
}
