// Tells ThreadSanitizer what Swift's Mutex does where threads wait for each other.
//
// The fast path of Synchronization.Mutex is compiled into our code, where ThreadSanitizer sees its atomics. The slow path
// is in libswiftSynchronization.so, which is not instrumented: a lock that was waited for looks like no lock at all, and
// everything behind it like a race. Preloaded, these functions stand before those of the library.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT_METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static void acquire(void *lock) { if (__tsan_acquire) __tsan_acquire(lock); }
static void release(void *lock) { if (__tsan_release) __tsan_release(lock); }

// Synchronization._MutexHandle._lockSlow(UInt32) -> ()
SWIFT_METHOD void lock_slow(uint32_t thread, SELF) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT_METHOD void lock_slow(uint32_t thread, SELF) {
  SWIFT_METHOD void (*next)(uint32_t, SELF) = dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
  next(thread, self);
  acquire(self);
}

// Synchronization._MutexHandle._tryLockSlow() -> Bool
SWIFT_METHOD bool try_lock_slow(SELF) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
SWIFT_METHOD bool try_lock_slow(SELF) {
  SWIFT_METHOD bool (*next)(SELF) = dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
  bool locked = next(self);
  if (locked) acquire(self);
  return locked;
}

// Synchronization._MutexHandle._unlockSlow() -> ()
SWIFT_METHOD void unlock_slow(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
SWIFT_METHOD void unlock_slow(SELF) {
  SWIFT_METHOD void (*next)(SELF) = dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
  release(self);
  next(self);
}
