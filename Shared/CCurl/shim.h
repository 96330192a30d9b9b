#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H
#include <curl/curl.h>

/* Swift does not import C variadics (curl_easy_setopt, curl_easy_getinfo), and
   curl wraps them in type-checking macros besides.  Fixed-arity static inlines
   in the module's own header are enough: no separate C target is needed.
   Each function pointer has its own wrapper, so that the compiler checks what
   curl's variadic call cannot. */
typedef size_t (*review_curl_read_fn)(char *buffer, size_t size, size_t count, void *context);
typedef int (*review_curl_debug_fn)(CURL *handle, curl_infotype type, char *data, size_t size, void *context);
typedef int (*review_curl_progress_fn)(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up);

static inline CURLcode review_curl_setopt_long(CURL *h, CURLoption o, long v) { return (curl_easy_setopt)(h, o, v); }
static inline CURLcode review_curl_setopt_str(CURL *h, CURLoption o, const char *v) { return (curl_easy_setopt)(h, o, v); }
static inline CURLcode review_curl_setopt_ptr(CURL *h, CURLoption o, void *v) { return (curl_easy_setopt)(h, o, v); }
static inline CURLcode review_curl_setopt_slist(CURL *h, CURLoption o, struct curl_slist *v) { return (curl_easy_setopt)(h, o, v); }
static inline CURLcode review_curl_set_read(CURL *h, review_curl_read_fn v) { return (curl_easy_setopt)(h, CURLOPT_READFUNCTION, v); }
static inline CURLcode review_curl_set_debug(CURL *h, review_curl_debug_fn v) { return (curl_easy_setopt)(h, CURLOPT_DEBUGFUNCTION, v); }
static inline CURLcode review_curl_set_progress(CURL *h, review_curl_progress_fn v) { return (curl_easy_setopt)(h, CURLOPT_XFERINFOFUNCTION, v); }
static inline CURLcode review_curl_active_socket(CURL *h, curl_socket_t *v) { return (curl_easy_getinfo)(h, CURLINFO_ACTIVESOCKET, v); }
static inline CURLcode review_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
#endif
