// Helper functions of generated C.
#include "targets/source/Helpers.h"

using namespace llvm;
using namespace edgecc::source;

// Signed integers wrap around in the kernel IR and must not overflow in C, hence the detour by unsigned ones. Types of
// the kernel IR have no sign; a variable is signed, and an unsigned operation says so.
static constexpr Helper helpers[] = {
    {"edgecc_add_i32",
     "static inline int32_t edgecc_add_i32(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }\n"},
    {"edgecc_sub_i32",
     "static inline int32_t edgecc_sub_i32(int32_t a, int32_t b) { return (int32_t)((uint32_t)a - (uint32_t)b); }\n"},
    {"edgecc_mul_i32",
     "static inline int32_t edgecc_mul_i32(int32_t a, int32_t b) { return (int32_t)((uint32_t)a * (uint32_t)b); }\n"},
    {"edgecc_shl_i32",
     "static inline int32_t edgecc_shl_i32(int32_t a, int32_t b) { return (int32_t)((uint32_t)a << (uint32_t)b); }\n"},
    {"edgecc_add_i64",
     "static inline int64_t edgecc_add_i64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }\n"},
    {"edgecc_sub_i64",
     "static inline int64_t edgecc_sub_i64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }\n"},
    {"edgecc_mul_i64",
     "static inline int64_t edgecc_mul_i64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }\n"},
    {"edgecc_shl_i64",
     "static inline int64_t edgecc_shl_i64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a << (uint64_t)b); }\n"},
    {"edgecc_max_int", "static inline int edgecc_max_int(int a, int b) { return a > b ? a : b; }\n"},
    {"edgecc_min_int", "static inline int edgecc_min_int(int a, int b) { return a < b ? a : b; }\n"},
    {"edgecc_max_i8", "static inline int8_t edgecc_max_i8(int8_t a, int8_t b) { return a > b ? a : b; }\n"},
    {"edgecc_min_i8", "static inline int8_t edgecc_min_i8(int8_t a, int8_t b) { return a < b ? a : b; }\n"},
    {"edgecc_max_i16", "static inline int16_t edgecc_max_i16(int16_t a, int16_t b) { return a > b ? a : b; }\n"},
    {"edgecc_min_i16", "static inline int16_t edgecc_min_i16(int16_t a, int16_t b) { return a < b ? a : b; }\n"},
    {"edgecc_max_i32", "static inline int32_t edgecc_max_i32(int32_t a, int32_t b) { return a > b ? a : b; }\n"},
    {"edgecc_min_i32", "static inline int32_t edgecc_min_i32(int32_t a, int32_t b) { return a < b ? a : b; }\n"},
    {"edgecc_max_i64", "static inline int64_t edgecc_max_i64(int64_t a, int64_t b) { return a > b ? a : b; }\n"},
    {"edgecc_min_i64", "static inline int64_t edgecc_min_i64(int64_t a, int64_t b) { return a < b ? a : b; }\n"},
    {"edgecc_max_u8",
     "static inline int8_t edgecc_max_u8(int8_t a, int8_t b) { return (uint8_t)a > (uint8_t)b ? a : b; }\n"},
    {"edgecc_min_u8",
     "static inline int8_t edgecc_min_u8(int8_t a, int8_t b) { return (uint8_t)a < (uint8_t)b ? a : b; }\n"},
    {"edgecc_abs_i8",
     "static inline int8_t edgecc_abs_i8(int8_t a) { return a < 0 ? (int8_t)(0 - (uint8_t)a) : a; }\n"},
    {"edgecc_max_u16",
     "static inline int16_t edgecc_max_u16(int16_t a, int16_t b) { return (uint16_t)a > (uint16_t)b ? a : b; }\n"},
    {"edgecc_min_u16",
     "static inline int16_t edgecc_min_u16(int16_t a, int16_t b) { return (uint16_t)a < (uint16_t)b ? a : b; }\n"},
    {"edgecc_abs_i16",
     "static inline int16_t edgecc_abs_i16(int16_t a) { return a < 0 ? (int16_t)(0 - (uint16_t)a) : a; }\n"},
    {"edgecc_max_u32",
     "static inline int32_t edgecc_max_u32(int32_t a, int32_t b) { return (uint32_t)a > (uint32_t)b ? a : b; }\n"},
    {"edgecc_min_u32",
     "static inline int32_t edgecc_min_u32(int32_t a, int32_t b) { return (uint32_t)a < (uint32_t)b ? a : b; }\n"},
    {"edgecc_abs_i32",
     "static inline int32_t edgecc_abs_i32(int32_t a) { return a < 0 ? (int32_t)(0 - (uint32_t)a) : a; }\n"},
    {"edgecc_max_u64",
     "static inline int64_t edgecc_max_u64(int64_t a, int64_t b) { return (uint64_t)a > (uint64_t)b ? a : b; }\n"},
    {"edgecc_min_u64",
     "static inline int64_t edgecc_min_u64(int64_t a, int64_t b) { return (uint64_t)a < (uint64_t)b ? a : b; }\n"},
    {"edgecc_abs_i64",
     "static inline int64_t edgecc_abs_i64(int64_t a) { return a < 0 ? (int64_t)(0 - (uint64_t)a) : a; }\n"},
    {"edgecc_max_f32", "/* A NaN wins. */\n"
                       "static inline float edgecc_max_f32(float a, float b) { return a > b || a != a ? a : b; }\n"},
    {"edgecc_min_f32", "/* A NaN wins. */\n"
                       "static inline float edgecc_min_f32(float a, float b) { return a < b || a != a ? a : b; }\n"},
    {"edgecc_max_f64", "/* A NaN wins. */\n"
                       "static inline double edgecc_max_f64(double a, double b) { return a > b || a != a ? a : b; }\n"},
    {"edgecc_min_f64", "/* A NaN wins. */\n"
                       "static inline double edgecc_min_f64(double a, double b) { return a < b || a != a ? a : b; }\n"},
    {"edgecc_bits_f32_i32", "static inline int32_t edgecc_bits_f32_i32(float from) {\n"
                            "  int32_t to;\n"
                            "  memcpy(&to, &from, sizeof to);\n"
                            "  return to;\n"
                            "}\n"},
    {"edgecc_bits_i32_f32", "static inline float edgecc_bits_i32_f32(int32_t from) {\n"
                            "  float to;\n"
                            "  memcpy(&to, &from, sizeof to);\n"
                            "  return to;\n"
                            "}\n"},
    {"edgecc_bits_f64_i64", "static inline int64_t edgecc_bits_f64_i64(double from) {\n"
                            "  int64_t to;\n"
                            "  memcpy(&to, &from, sizeof to);\n"
                            "  return to;\n"
                            "}\n"},
    {"edgecc_bits_i64_f64", "static inline double edgecc_bits_i64_f64(int64_t from) {\n"
                            "  double to;\n"
                            "  memcpy(&to, &from, sizeof to);\n"
                            "  return to;\n"
                            "}\n"},
    // IEEE 754 half precision by shifts, rounded to the nearest, ties to even.
    {"edgecc_from_f16",
     "static inline float edgecc_from_f16(uint16_t half) {\n"
     "  uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = (half >> 10) & 31, fraction = half & 1023, bits;\n"
     "  float value;\n"
     "  if (exponent == 0) /* zero, or a multiple of the smallest */\n"
     "    return (sign ? -1.0f : 1.0f) * (float)fraction * 5.9604644775390625e-8f;\n"
     "  bits = sign | (exponent == 31 ? 0x7F800000u : (exponent + 112) << 23) | (fraction << 13);\n"
     "  memcpy(&value, &bits, sizeof value);\n"
     "  return value;\n"
     "}\n"},
    {"edgecc_to_f16",
     "static inline uint16_t edgecc_to_f16(float value) {\n"
     "  uint32_t bits, sign, half;\n"
     "  memcpy(&bits, &value, sizeof bits);\n"
     "  sign = (bits >> 16) & 0x8000;\n"
     "  bits &= 0x7FFFFFFF;\n"
     "  if (bits > 0x7F800000) /* NaN */\n"
     "    return (uint16_t)(sign | 0x7E00);\n"
     "  if (bits >= 0x477FF000) /* rounds to infinity */\n"
     "    return (uint16_t)(sign | 0x7C00);\n"
     "  if (bits < 0x38800000) { /* below the smallest normal half: count the smallest halves */\n"
     "    memcpy(&value, &bits, sizeof value);\n"
     "    value += 0.5f; /* 2^-24 is now the last bit of the fraction, and the addition has rounded */\n"
     "    memcpy(&bits, &value, sizeof bits);\n"
     "    return (uint16_t)(sign | (bits - 0x3F000000));\n"
     "  }\n"
     "  half = (bits - 0x38000000 + 0xFFF + ((bits >> 13) & 1)) >> 13;\n"
     "  return (uint16_t)(sign | half);\n"
     "}\n"},
    // Boldo and Melquiond, "Emulation of FMA and Correctly Rounded Sums: Proved Algorithms Using Rounding to Odd",
    // 2008.
    {"edgecc_odd_f32", "static inline float edgecc_odd_f32(double value) {\n"
                       "  float single = (float)value;\n"
                       "  uint32_t bits;\n"
                       "  memcpy(&bits, &single, sizeof bits);\n"
                       "  if (value != value || (double)single == value)\n"
                       "    return single;\n"
                       "  bits -= fabs((double)single) > fabs(value); /* towards zero */\n"
                       "  bits |= 1;\n"
                       "  memcpy(&single, &bits, sizeof single);\n"
                       "  return single;\n"
                       "}\n"},
    {"edgecc_from_bf16", "static inline float edgecc_from_bf16(uint16_t half) {\n"
                         "  uint32_t bits = (uint32_t)half << 16;\n"
                         "  float value;\n"
                         "  memcpy(&value, &bits, sizeof value);\n"
                         "  return value;\n"
                         "}\n"},
    {"edgecc_to_bf16", "static inline uint16_t edgecc_to_bf16(float value) {\n"
                       "  uint32_t bits;\n"
                       "  memcpy(&bits, &value, sizeof bits);\n"
                       "  if ((bits & 0x7FFFFFFF) > 0x7F800000) /* NaN */\n"
                       "    return (uint16_t)((bits >> 16) | 0x40);\n"
                       "  return (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);\n"
                       "}\n"},
};

ArrayRef<Helper> edgecc::source::helperFunctions() { return helpers; }
