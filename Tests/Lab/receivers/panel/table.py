def record(results, python): pass
