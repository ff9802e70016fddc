/* What the functions of the edgecc runtime return. C99 and C++. */
#ifndef EDGECC_STATUS_H
#define EDGECC_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum edgecc_status {
  EDGECC_OK = 0,
  EDGECC_BAD_ARGUMENT = 1, /* a null pointer, a count of 0, memory that is not aligned */
  EDGECC_NO_SPACE = 2,     /* the memory given is smaller than the size asked for */
  EDGECC_NO_THREADS = 3,   /* the system refused to start a thread */
  EDGECC_NO_DRIVER = 4,    /* there is no driver or no device of the kind that the model was compiled for */
  EDGECC_BAD_PROGRAM = 5, /* the device refuses the model: a kernel does not compile, a limit or a feature is missing */
  EDGECC_DEVICE_ERROR = 6 /* the device failed or was lost; its memory holds nothing any more */
} edgecc_status;

/* The name of a status, such as "EDGECC_NO_SPACE". Static storage, never NULL; any other value gives "unknown status".
 */
const char *edgecc_status_name(edgecc_status status);

#ifdef __cplusplus
}
#endif
#endif
