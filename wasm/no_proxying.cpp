// In the place of Emscripten's own, at link time: no thread here ever runs anything for another,
// and one that crashes is its owner's affair (js/runtime/workers/worker-host.js). Without these,
// each thread has a queue of such work, malloc and mutexes included, and looks into it whenever it
// waits.

#include <pthread.h>

extern "C" {

void _emscripten_thread_mailbox_init(pthread_t) {}
void _emscripten_thread_mailbox_shutdown(pthread_t) {}
void _emscripten_check_mailbox() {}
int emscripten_thread_mailbox_ref(pthread_t) { return 0; }
void emscripten_thread_mailbox_unref(pthread_t) {}
void emscripten_thread_mailbox_send(pthread_t, void*) {}
void _emscripten_thread_crashed() {}
bool _emscripten_yield(double) { return false; }
double _emscripten_run_js_on_main_thread(int, int, int, void*, int) { return 0; }
void _emscripten_run_js_on_main_thread_done(void*, void*, double) {}
}
