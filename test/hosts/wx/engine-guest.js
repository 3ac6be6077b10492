/*
 * The half of the bridge that runs inside a bare engine. It is evaluated there as one function expression, never
 * imported. Nothing of the host's realm is reachable from the program: values cross as JSON text, ArrayBuffers as bytes.
 *
 * Wire form of a value: text, booleans, null and finite numbers stand for themselves; anything else is an object with one
 * of the keys u(ndefined) n(umber) a(rray) o(bject) d(ate) e(rror) p(romise) b(uffer) t(yped bytes)
 * f(unction of the sender) F (function of the receiver).
 */
(function (port, options) {
  'use strict';
  var Registry = FinalizationRegistry;
  var Weak = WeakRef;
  var toText = JSON.stringify;
  var parse = JSON.parse;
  var own = { byId: new Map(), ids: new Map(), next: 1 };
  var lent = { byId: new Map(), ids: new Map(), next: 1 };
  var foreign = new Map();
  var promises = new Map();
  var nextPromise = 1;
  var dead = new Registry(function (id) {
    var known = foreign.get(id);
    if (known && known.deref()) return;
    foreign.delete(id);
    port(toText({ op: 'release', functions: [id] }), []);
  });

  function remember(table, value) {
    var id = table.ids.get(value);
    if (id === undefined) {
      id = table.next++;
      table.ids.set(value, id);
      table.byId.set(id, value);
    }
    return id;
  }

  function forget(table, id) {
    table.ids.delete(table.byId.get(id));
    table.byId.delete(id);
  }

  function encode(value, buffers) {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return isFinite(value) ? value : { n: String(value) };
      case 'function':
        return value.foreignId === undefined ? { f: remember(own, value) } : { F: value.foreignId };
      case 'object':
        return value === null ? null : encodeObject(value, buffers);
      default:
        return { u: 1 };
    }
  }

  function encodeObject(value, buffers) {
    if (Array.isArray(value)) {
      return {
        a: value.map(function (item) {
          return encode(item, buffers);
        }),
      };
    }
    if (value instanceof ArrayBuffer) {
      return { b: buffers.push(value) - 1, id: options.copies ? remember(lent, value) : 0 };
    }
    if (value instanceof Uint8Array) {
      return {
        t: buffers.push(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)) - 1,
      };
    }
    if (value instanceof Date) return { d: value.getTime() };
    if (typeof value.then === 'function') return { p: sendPromise(value) };
    var fields = {};
    Object.keys(value).forEach(function (key) {
      fields[key] = encode(value[key], buffers);
    });
    if (value instanceof Error) {
      return { e: { name: value.name, message: value.message, stack: String(value.stack), fields: fields } };
    }
    return { o: fields };
  }

  function sendPromise(promise) {
    var id = nextPromise++;
    function settle(ok) {
      return function (value) {
        var buffers = [];
        port(toText({ op: 'settle', id: id, ok: ok, value: encode(value, buffers) }), buffers);
      };
    }
    promise.then(settle(true), settle(false));
    return id;
  }

  function decode(wire, buffers) {
    if (wire === null || typeof wire !== 'object') return wire;
    if ('o' in wire) return decodeFields(wire.o, {}, buffers);
    if ('a' in wire) {
      return wire.a.map(function (item) {
        return decode(item, buffers);
      });
    }
    if ('b' in wire) return decodeBuffer(wire, buffers);
    if ('t' in wire) return new Uint8Array(decodeBuffer({ b: wire.t }, buffers));
    if ('f' in wire) return foreignFunction(wire.f);
    if ('F' in wire) return own.byId.get(wire.F);
    if ('d' in wire) return new Date(wire.d);
    if ('n' in wire) return Number(wire.n);
    if ('p' in wire) {
      return new Promise(function (resolve, reject) {
        promises.set(wire.p, { resolve: resolve, reject: reject });
      });
    }
    if ('e' in wire) return decodeFields(wire.e.fields, new Error(wire.e.message), buffers);
    return undefined;
  }

  function decodeFields(fields, target, buffers) {
    Object.keys(fields).forEach(function (key) {
      target[key] = decode(fields[key], buffers);
    });
    return target;
  }

  // A buffer that this side lent comes back as itself, with what the other side wrote into it.
  function decodeBuffer(wire, buffers) {
    var arrived = buffers[wire.b];
    var mine = wire.id ? lent.byId.get(wire.id) : undefined;
    if (mine) {
      new Uint8Array(mine).set(new Uint8Array(arrived));
      return mine;
    }
    if (arrived instanceof ArrayBuffer) return arrived;
    var copy = new ArrayBuffer(arrived.byteLength);
    new Uint8Array(copy).set(new Uint8Array(arrived));
    return copy;
  }

  function foreignFunction(id) {
    var known = foreign.get(id);
    var proxy = known && known.deref();
    if (proxy) return proxy;
    proxy = function () {
      var buffers = [];
      var args = Array.prototype.map.call(arguments, function (item) {
        return encode(item, buffers);
      });
      return unwrap(port(toText({ op: 'call', id: id, args: args }), buffers));
    };
    Object.defineProperty(proxy, 'foreignId', { value: id });
    foreign.set(id, new Weak(proxy));
    dead.register(proxy, id);
    return proxy;
  }

  function unwrap(reply) {
    var message = parse(reply[0]);
    var value = decode(message.value, reply[1]);
    if (message.ok) return value;
    throw value;
  }

  function answer(ok, value) {
    var buffers = [];
    return [toText({ ok: ok, value: encode(value, buffers) }), buffers];
  }

  function dispatch(text, buffers) {
    try {
      var message = parse(text);
      if (message.op === 'call') {
        var args = message.args.map(function (item) {
          return decode(item, buffers);
        });
        return answer(true, own.byId.get(message.id).apply(undefined, args));
      }
      if (message.op === 'settle') {
        var waiting = promises.get(message.id);
        promises.delete(message.id);
        waiting[message.ok ? 'resolve' : 'reject'](decode(message.value, buffers));
      } else if (message.op === 'release') {
        message.functions.forEach(function (id) {
          forget(own, id);
        });
        message.buffers.forEach(function (id) {
          forget(lent, id);
        });
      } else if (message.op === 'boot') {
        boot(decode(message.value, buffers));
      } else if (message.op === 'run') {
        return answer(true, definitions.get(message.name)(scope(decode(message.value, buffers))));
      }
      return answer(true, undefined);
    } catch (error) {
      return answer(false, error);
    }
  }

  /* The program's surroundings. */

  var root = options.root;
  var definitions = new Map();
  var modules = new Map();
  var state = {};
  var host;

  function expose(name, value) {
    Object.defineProperty(root, name, {
      value: value,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }

  function boot(given) {
    host = given;
    Object.keys(host.globals).forEach(function (name) {
      expose(name, host.globals[name]);
    });
    expose('setTimeout', timer(host.setTimeout));
    expose('setInterval', timer(host.setInterval));
    expose('clearTimeout', stop);
    expose('clearInterval', stop);
    expose('console', consoleOf(['debug', 'info', 'log', 'warn', 'error', 'group', 'groupEnd']));
    if (host.now) virtualDate(host.now);
    fence(host.es2018);
  }

  function timer(arm) {
    return function (callback, delay) {
      var rest = Array.prototype.slice.call(arguments, 2);
      return arm(
        function () {
          callback.apply(undefined, rest);
        },
        Number(delay) || 0,
      );
    };
  }

  function stop(id) {
    if (typeof id === 'number') host.clearTimer(id);
  }

  function consoleOf(levels) {
    var made = {};
    levels.forEach(function (level) {
      made[level] = function () {
        host.console(level, Array.prototype.map.call(arguments, textOf).join(' '));
      };
    });
    return made;
  }

  function textOf(value) {
    if (value instanceof Error) return String(value.stack || value);
    try {
      return typeof value === 'string' ? value : String(toText(value));
    } catch (error) {
      return String(value);
    }
  }

  function virtualDate(now) {
    var Real = root.Date;
    function VirtualDate() {
      if (!new.target) return new Real(now()).toString();
      var args = arguments.length === 0 ? [now()] : arguments;
      return Reflect.construct(Real, args, new.target);
    }
    VirtualDate.prototype = Real.prototype;
    Object.setPrototypeOf(VirtualDate, Real);
    VirtualDate.now = now;
    VirtualDate.UTC = Real.UTC;
    VirtualDate.parse = Real.parse;
    Real.prototype.constructor = VirtualDate;
    expose('Date', VirtualDate);
  }

  // Removes what a mini program may not count on: code from text always, and with es2018 every later addition.
  function fence(es2018) {
    function refuse() {
      throw new EvalError('Code generation from strings disallowed for this context');
    }
    [function () {}, function* () {}, async function () {}, async function* () {}].forEach(function (sample) {
      var prototype = Object.getPrototypeOf(sample);
      function Stub() {
        refuse();
      }
      Object.defineProperty(Stub, 'name', { value: 'Function' });
      Stub.prototype = prototype;
      Object.defineProperty(prototype, 'constructor', { value: Stub, writable: true, configurable: true });
      if (prototype === Function.prototype) expose('Function', Stub);
    });
    delete root.eval;
    if (!es2018) return;
    options.later.forEach(function (entry) {
      var holder = entry[0].split('.').reduce(function (value, name) {
        return value && value[name];
      }, root);
      if (holder) {
        entry[1].forEach(function (name) {
          delete holder[name];
        });
      }
    });
    var iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
    Object.getOwnPropertyNames(iterators).forEach(function (name) {
      delete iterators[name];
    });
    var kept = new Set(options.globals.concat(Object.keys(host.globals)));
    Object.getOwnPropertyNames(root).forEach(function (name) {
      if (!kept.has(name)) delete root[name];
    });
  }

  function load(name) {
    var known = modules.get(name);
    if (known) return known.exports;
    var define = definitions.get(name);
    // The wording is WeChat's.
    if (!define) throw new Error("module '" + name + "' is not defined, require args is '" + name + "'");
    var module = { exports: {} };
    modules.set(name, module);
    define.call(module.exports, load, module, module.exports);
    return module.exports;
  }

  function scope(input) {
    return { exports: load(options.main), require: load, input: input, emit: host.emit, state: state };
  }

  return {
    dispatch: dispatch,
    define: function (name, definition) {
      definitions.set(name, definition);
    },
  };
});
