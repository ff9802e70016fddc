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
  EDGECC_NO_THREADS = 3    /* the system refused to start a thread */
} edgecc_status;

/* The name of a status, such as "EDGECC_NO_SPACE". Static storage, never NULL; any other value gives "unknown status".
 */
const char *edgecc_status_name(edgecc_status status);

#ifdef __cplusplus
}
#endif
#endif
