/* The floor of `benchmarks/measure.py`: what the same work costs in C, with nothing around it.

   Compiled with -O3 -march=native and, for CATEGORIES, the number of categories.  No -ffast-math: it breaks the range
   reduction of the exponential, and wrong probabilities still look plausible. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 8 /* categories are padded to a vector */

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t integers __attribute__((vector_size(4 * LANES)));
typedef double doubles __attribute__((vector_size(8 * LANES)));

/* The exponential of numbers from -87 to 0, to seven digits (Cephes' polynomial). */
static inline floats exponential(floats x)
{
    integers low = x < -87.0f;
    x = (floats)(((integers)x & ~low) | ((integers)(x * 0.0f - 87.0f) & low));
    floats n = (x * 1.44269504f + 12582912.0f) - 12582912.0f; /* rounds to an integer */
    floats r = x - n * 0.693359375f + n * 2.12194440e-4f;
    floats p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * (floats)((__builtin_convertvector(n, integers) + 127) << 23);
}

/* Error rates from expected counts: logarithms, category by category.  counts[rater][named][true]. */
static void maximise(int64_t raters, const double *counts, const double *units, double total, float *log_rates,
                     float *log_priors)
{
    for (int64_t r = 0; r < raters; r++)
        for (int j = 0; j < CATEGORIES; j++) {
            double sum = 0.0;
            for (int k = 0; k < CATEGORIES; k++)
                sum += counts[(r * CATEGORIES + k) * LANES + j];
            for (int k = 0; k < CATEGORIES; k++) {
                double share = counts[(r * CATEGORIES + k) * LANES + j] / sum;
                log_rates[(r * CATEGORIES + k) * LANES + j] = (float)log(share > 1e-300 ? share : 1e-300);
            }
        }
    for (int j = 0; j < LANES; j++)
        log_priors[j] = j < CATEGORIES ? (float)log(units[j] / total) : -1e30f;
}

/* Dawid and Skene: `iterations` fused passes of expectation and maximisation, from the shares of each unit.
   code = rater * CATEGORIES + named category, in order of unit; start[units + 1]; posterior[units][LANES]. */
int dawid_skene(int64_t n_units, int64_t n_raters, const int64_t *start, const int32_t *code, int iterations,
                float *posterior)
{
    size_t rows = (size_t)(n_raters * CATEGORIES);
    doubles *counts = aligned_alloc(64, rows * sizeof *counts);
    floats *log_rates = aligned_alloc(32, rows * sizeof *log_rates);
    if (!counts || !log_rates)
        return 1;
    floats log_priors = {0};
    for (int pass = 0; pass <= iterations; pass++) {
        doubles units = {0};
        memset(counts, 0, rows * sizeof *counts);
        for (int64_t i = 0; i < n_units; i++) {
            floats p = {0};
            if (pass == 0) {
                for (int64_t n = start[i]; n < start[i + 1]; n++)
                    p[code[n] % CATEGORIES] += 1.0f / (float)(start[i + 1] - start[i]);
            } else {
                floats joint = log_priors;
                float best, total = 0.0f;
                for (int64_t n = start[i]; n < start[i + 1]; n++)
                    joint += log_rates[code[n]];
                best = joint[0];
                for (int j = 1; j < CATEGORIES; j++)
                    best = joint[j] > best ? joint[j] : best;
                p = exponential(joint - best);
                for (int j = 0; j < CATEGORIES; j++)
                    total += p[j];
                p /= total;
            }
            memcpy(posterior + i * LANES, &p, sizeof p);
            doubles wide = __builtin_convertvector(p, doubles);
            units += wide;
            for (int64_t n = start[i]; n < start[i + 1]; n++)
                counts[code[n]] += wide;
        }
        maximise(n_raters, (double *)counts, (double *)&units, (double)n_units, (float *)log_rates, (float *)&log_priors);
    }
    free(counts);
    free(log_rates);
    return 0;
}

/* Alpha at the interval level from columns in order of unit, and its jackknife standard error. */
int alpha(int64_t n, const int64_t *unit, const double *value, double *found)
{
    double *sums = malloc((size_t)n * 3 * sizeof *sums); /* of each unit: ratings, sum, sum of squares */
    double ratings = 0.0, sum = 0.0, squares = 0.0, within = 0.0, centre = value[0];
    int64_t units = 0;
    if (!sums)
        return 1;
    for (int64_t begin = 0, end; begin < n; begin = end) {
        double one = 0.0, two = 0.0;
        for (end = begin; end < n && unit[end] == unit[begin]; end++) {
            double x = value[end] - centre;
            one += x;
            two += x * x;
        }
        double m = (double)(end - begin);
        if (m < 2.0)
            continue;
        sums[3 * units] = m, sums[3 * units + 1] = one, sums[3 * units + 2] = two;
        units++;
        ratings += m, sum += one, squares += two, within += (m * two - one * one) / (m - 1.0);
    }
    found[0] = 1.0 - within * (ratings - 1.0) / (ratings * squares - sum * sum);
    double mean = 0.0, spread = 0.0;
    for (int64_t i = 0; i < units; i++) {
        double m = sums[3 * i], one = sum - sums[3 * i + 1], two = squares - sums[3 * i + 2];
        double less = within - (m * sums[3 * i + 2] - sums[3 * i + 1] * sums[3 * i + 1]) / (m - 1.0);
        double without = 1.0 - less * (ratings - m - 1.0) / ((ratings - m) * two - one * one);
        double step = without - mean;
        mean += step / (double)(i + 1);
        spread += step * (without - mean);
    }
    found[1] = sqrt(spread * (double)(units - 1) / (double)units);
    free(sums);
    return 0;
}
